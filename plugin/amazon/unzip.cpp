// The part of wire_reports.hpp that needs zlib.
#include <zlib.h>

#include "amazon/wire_reports.hpp"

namespace amazonpay::amazon {

Result<std::string> unzipped(std::string_view bytes, std::size_t most_bytes) {
  const auto damaged = [] { return Failure{Kind::invalid, "Amazon's report document cannot be read: its compression is damaged.", "unreadable_answer"}; };
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return damaged();  // 16: the gzip frame, nothing else
  struct End {
    z_stream& stream;
    ~End() { inflateEnd(&stream); }
  } end{stream};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string text;
  char buffer[64 * 1024];
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    state = inflate(&stream, Z_NO_FLUSH);
    const std::size_t got = sizeof buffer - stream.avail_out;
    if (text.size() + got > most_bytes) return Failure{Kind::limit, "Amazon's report document is too large once it is unpacked.", "unreadable_answer"};
    text.append(buffer, got);
  }
  if (state != Z_STREAM_END || stream.avail_in != 0) return damaged();
  return text;
}

}  // namespace amazonpay::amazon
