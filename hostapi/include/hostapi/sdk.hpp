// The C++20 side of hostapi.h, header-only: borrowed texts and sinks, status and Failure, guard(), typed proxies of the host's services, and
// contributions as C++ classes. For authors of plugins in C++; a plugin in another language needs hostapi.h alone.
// Needs Boost.JSON (compiled in by src.hpp in one file, or linked). Promises: no exception crosses the border, nothing borrowed is kept.
#pragma once
#include <hostapi/sdk/guard.hpp>
#include <hostapi/sdk/plugin.hpp>
#include <hostapi/sdk/services.hpp>
#include <hostapi/sdk/session.hpp>
#include <hostapi/sdk/status.hpp>
#include <hostapi/sdk/text.hpp>
