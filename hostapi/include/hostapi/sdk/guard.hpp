// guard(): the wall between C++ and C. Every function that C calls runs its body inside guard(), so that no exception crosses.
// The body returns a Result: its value is written into the sink as text or JSON, its failure becomes the status and its message goes into the same sink.
// bad_alloc becomes LIMIT, anything else that was thrown INTERNAL with its text. Thread rules: none of its own.
#pragma once
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <exception>
#include <new>
#include <string>
#include <type_traits>

#include "status.hpp"
#include "text.hpp"

namespace hostapi::sdk {

/// How a failure's message is written: as it is, or as {"message":"…"} where the document says so (result of run).
enum class FailureForm { plain, document };

namespace detail {

inline hostapi_status answer(const hostapi_sink* sink, const Nothing&) { return (void)sink, HOSTAPI_OK; }
inline hostapi_status answer(const hostapi_sink* sink, const std::string& value) { return write(sink, value); }
inline hostapi_status answer(const hostapi_sink* sink, const boost::json::value& value) { return write(sink, boost::json::serialize(value)); }

inline void write_failure(const hostapi_sink* sink, FailureForm form, const std::string& message) {
  // A sink that refuses the message changes nothing: the status already says no.
  if (form == FailureForm::plain) {
    (void)write(sink, message);
  } else {
    (void)write(sink, boost::json::serialize(boost::json::object{{"message", message}}));
  }
}

}  // namespace detail

template <class Body>
hostapi_status guard(const hostapi_sink* sink, FailureForm form, Body&& body) noexcept {
  try {
    try {
      const auto result = body();
      if (result.ok()) return detail::answer(sink, result.value());
      const hostapi_status status = to_status(result.kind());
      detail::write_failure(sink, form, result.message());
      return status;
    } catch (const std::bad_alloc&) {
      return HOSTAPI_E_LIMIT;
    } catch (const std::exception& thrown) {
      detail::write_failure(sink, form, std::string("internal error: ") + thrown.what());
      return HOSTAPI_E_INTERNAL;
    } catch (...) {
      detail::write_failure(sink, form, "internal error: something that is not a std::exception was thrown");
      return HOSTAPI_E_INTERNAL;
    }
  } catch (...) {  // writing the message failed too; the status must still get out
    return HOSTAPI_E_INTERNAL;
  }
}

template <class Body>
hostapi_status guard(const hostapi_sink* sink, Body&& body) noexcept {
  return guard(sink, FailureForm::plain, std::forward<Body>(body));
}

}  // namespace hostapi::sdk
