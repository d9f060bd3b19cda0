// The source that a target must have; nothing compiles it.
