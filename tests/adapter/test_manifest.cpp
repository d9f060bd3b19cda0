#include <pugixml.hpp>

#include <catch2/catch.hpp>

#include "domain/words.hpp"

using namespace amazonpay;

TEST_CASE("the manifest and the domain name the same words, labels, roles and icons") {
  pugi::xml_document manifest;
  REQUIRE(manifest.load_file(MANIFEST_FILE));
  int count = 0;
  for (const auto word : manifest.child("plugin").child("payment").children("word")) {
    REQUIRE(count <= static_cast<int>(Word::unknown));
    const auto expected = static_cast<Word>(count++);
    CHECK(std::string(word.attribute("id").value()) == id_of(expected));
    CHECK(std::string(word.attribute("label").value()) == label_of(expected));
    CHECK(std::string(word.attribute("role").value()) == role_of(expected));
    CHECK(std::string(word.attribute("icon").value()) == icon_of(expected));
  }
  CHECK(count == static_cast<int>(Word::unknown) + 1);
}
