"""The crash harness: real processes, killed while money moves, and a checker that believes neither of them. See tests/simulation/crash."""
