// Texts and sinks: how strings cross the border. Used by both sides of a C++ plugin or host.
// A hostapi_text borrows; a StringSink owns what the other side writes into it. Nothing here throws into C: a sink that cannot grow answers LIMIT.
// Thread rules: plain values, one thread at a time.
#pragma once
#include <hostapi/hostapi.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace hostapi::sdk {

/// Borrowed text for a call. The bytes must live until the call returns.
inline hostapi_text text(std::string_view bytes) { return hostapi_text{bytes.data(), bytes.size()}; }

/// The bytes of a borrowed text; NULL data is the empty text.
inline std::string_view view(hostapi_text borrowed) {
  return borrowed.data == nullptr ? std::string_view{} : std::string_view{borrowed.data, borrowed.size};
}

/// A C string that may be NULL.
inline std::string_view view(const char* zero_terminated) {
  return zero_terminated == nullptr ? std::string_view{} : std::string_view{zero_terminated};
}

/// Collects what is written, up to a limit. Give `&sink.raw()` to the other side.
class StringSink {
 public:
  static constexpr std::size_t default_limit_bytes = std::size_t{64} << 20;

  explicit StringSink(std::size_t limit_bytes = default_limit_bytes) : limit_bytes_(limit_bytes), raw_{this, &StringSink::write} {}
  StringSink(const StringSink&) = delete;
  StringSink& operator=(const StringSink&) = delete;

  const hostapi_sink* raw() const { return &raw_; }
  const std::string& value() const { return value_; }
  std::string take() { return std::move(value_); }

 private:
  static hostapi_status write(void* self, const char* data, size_t size) noexcept {
    auto& sink = *static_cast<StringSink*>(self);
    if (size == 0) return HOSTAPI_OK;
    if (data == nullptr) return HOSTAPI_E_INVALID;
    if (size > sink.limit_bytes_ - sink.value_.size()) return HOSTAPI_E_LIMIT;
    try {
      sink.value_.append(data, size);
      return HOSTAPI_OK;
    } catch (...) {
      return HOSTAPI_E_LIMIT;
    }
  }

  std::string value_;
  std::size_t limit_bytes_;
  hostapi_sink raw_;
};

/// Writes into the other side's sink; a NULL sink swallows the text, which is allowed.
inline hostapi_status write(const hostapi_sink* sink, std::string_view bytes) {
  if (sink == nullptr || sink->write == nullptr || bytes.empty()) return HOSTAPI_OK;
  return sink->write(sink->self, bytes.data(), bytes.size());
}

}  // namespace hostapi::sdk
