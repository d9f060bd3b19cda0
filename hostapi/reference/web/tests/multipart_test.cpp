#include <catch2/catch.hpp>

#include "../http_multipart.hpp"

using namespace shopadmin::web;

namespace {
const std::string kind = "multipart/form-data; boundary=xyz";
std::string part(const std::string& attributes, const std::string& content) { return "--xyz\r\nContent-Disposition: form-data; " + attributes + "\r\n\r\n" + content + "\r\n"; }
const std::string token = part("name=\"csrf\"", "abc"), end = "--xyz--\r\n";
const std::string bytes = std::string("\0\r\n--xy\xff--xyz no line before it", 31);
const std::string file = part("name=\"file\"; filename=\"a.plugin\"\r\nContent-Type: application/octet-stream", bytes);
}  // namespace

TEST_CASE("a form with a file gives its texts and the file's bytes as they are") {
  const auto body = token + file + end;
  const auto upload = parse_multipart(body, kind);
  REQUIRE(upload);
  CHECK(upload->form.get("csrf") == "abc");
  CHECK(upload->form.items().size() == 1);
  CHECK(upload->file == bytes);
  const auto none = token + part("name=\"file\"; filename=\"\"", "") + end;
  REQUIRE(parse_multipart(none, kind));
  CHECK(parse_multipart(none, kind)->file.empty());
}

TEST_CASE("what no browser sends is no form") {
  CHECK_FALSE(parse_multipart(token + file, kind));                    // no end
  CHECK_FALSE(parse_multipart((token + file + end).substr(0, 60), kind));
  CHECK_FALSE(parse_multipart(token + token + end, kind));             // a name twice
  CHECK_FALSE(parse_multipart(file + file + end, kind));
  CHECK_FALSE(parse_multipart(part("filename=\"a\"", "x") + end, kind));
  CHECK_FALSE(parse_multipart(part("name=\"other\"; filename=\"a\"", "x") + end, kind));
  CHECK_FALSE(parse_multipart(part("name=\"csrf\"", std::string("a\0b", 3)) + end, kind));
  CHECK_FALSE(parse_multipart(part("name=\"csrf\"", "\xff") + end, kind));
  CHECK_FALSE(parse_multipart(token + end, "multipart/form-data; boundary="));
  CHECK_FALSE(parse_multipart(token + end, "application/x-www-form-urlencoded"));
  CHECK_FALSE(parse_multipart("", kind));
  std::string many;
  for (int i = 0; i < 30; ++i) many += part("name=\"n" + std::to_string(i) + "\"", "x");
  CHECK_FALSE(parse_multipart(many + end, kind));
}
