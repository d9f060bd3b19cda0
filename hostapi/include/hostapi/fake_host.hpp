// The host for tests of plugins: everything in memory, real commit rules, a clock set by hand, faults on demand. See fake/host.hpp.
#pragma once
#include <hostapi/fake/command.hpp>
#include <hostapi/fake/host.hpp>
