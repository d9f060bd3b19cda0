// A template that is ready to be drawn: kainjow's parser reads its text once, and every page is then drawn straight from its JSON, without a copy of the data.
// Used by the renderer only, which expands partials and translations before. Variables are always escaped; names are found by the rule in renderer.hpp.
// Lines are as kainjow's own renderer leaves them: one that holds nothing but section tags and spaces is dropped.
// Promises: immutable after construction, any thread; a text that is not mustache gives an error(), and nothing is drawn.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace shopadmin::web {

class TemplateTree {
 public:
  explicit TemplateTree(const std::string& text);
  const std::string& error() const { return error_; }  // empty: none
  std::string draw(const boost::json::object& host_names, const boost::json::object& data) const;

  struct Node {
    enum class Kind { text, line_end, value, section, inverted };
    Kind kind = Kind::text;
    std::string text;                   // of text and line_end; else the name
    std::vector<std::string> path = {};  // of a name with points
    std::vector<Node> children = {};
  };

 private:
  std::vector<Node> nodes_;
  std::string error_;
};

void append_escaped(std::string& out, std::string_view text);

}  // namespace shopadmin::web
