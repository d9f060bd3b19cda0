#include "template_tree.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <kainjow/mustache.hpp>

namespace shopadmin::web {
namespace {

namespace json = boost::json;
namespace mustache = kainjow::mustache;
using Node = TemplateTree::Node;
using Kind = Node::Kind;
using Nodes = std::vector<Node>;

// kainjow gives each word and each space a part of its own; here they are one text up to the next tag or the end of the line.
Nodes nodes_of(const std::vector<mustache::component<std::string>>& parts) {
  Nodes nodes;
  const auto add = [&](Kind kind, const std::string& name, Nodes children) {
    const bool has_points = name.size() > 1 && name.find('.') != std::string::npos;
    nodes.push_back({kind, name, has_points ? mustache::split(name, '.') : std::vector<std::string>(), std::move(children)});
  };
  for (const auto& part : parts) {
    const auto& name = part.tag.name;
    switch (part.tag.type) {
      case mustache::tag_type::text:
        if (part.is_newline()) nodes.push_back({Kind::line_end, part.text});
        else if (!nodes.empty() && nodes.back().kind == Kind::text) nodes.back().text += part.text;
        else nodes.push_back({Kind::text, part.text});
        break;
      case mustache::tag_type::variable: add(Kind::value, name, {}); break;
      case mustache::tag_type::section_begin: add(Kind::section, name, nodes_of(part.children)); break;
      case mustache::tag_type::section_begin_inverted: add(Kind::inverted, name, nodes_of(part.children)); break;
      default: break;  // comments; the renderer lets nothing else through
    }
  }
  return nodes;
}

// What a name means. A flag has_x is made of the list x and stands in no document.
struct Meaning {
  const json::value* value = nullptr;  // null: nothing has this name, or it is hidden
  bool of_host = false;
};
const json::value yes(true), no(false);

const json::value* flag_of_list(const json::object& object, std::string_view name) {
  if (!name.starts_with("has_")) return nullptr;
  const auto* list = object.if_contains(name.substr(4));
  return list != nullptr && list->is_array() ? (list->get_array().empty() ? &no : &yes) : nullptr;
}

const json::value* own(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found != nullptr ? found : flag_of_list(object, name);
}

bool shown(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: return false;
    case json::kind::bool_: return value.get_bool();
    case json::kind::string: return !value.get_string().empty();
    case json::kind::array: return !value.get_array().empty();
    default: return true;
  }
}

class Drawing {
 public:
  Drawing(const json::object& host_names, const json::object& data) : host_names_(host_names), data_(data) { out_.reserve(64 * 1024); }

  std::string whole(const Nodes& nodes) {
    draw(nodes);
    end_line("");
    return std::move(out_);
  }

 private:
  // The sections around a tag, innermost last. Above the first one stand the page's data and the host's names.
  struct Frame {
    const json::value* value;
    bool of_host;
  };

  void draw(const Nodes& nodes) {
    for (const auto& node : nodes) {
      switch (node.kind) {
        case Kind::text: out_ += node.text; break;
        case Kind::line_end: end_line(node.text); break;
        case Kind::value: put(meaning(node).value); break;
        case Kind::section: section(node); break;
        case Kind::inverted:
          if (const auto found = meaning(node); found.value == nullptr || !shown(*found.value)) inside(node, found);
      }
    }
  }

  void section(const Node& node) {
    const auto found = meaning(node);
    if (found.value == nullptr || !shown(*found.value)) return;
    if (!found.value->is_array()) return inside(node, found);
    for (const auto& item : found.value->get_array()) inside(node, {&item, found.of_host});
  }

  void inside(const Node& node, const Meaning& found) {
    only_tags_ = true;
    if (found.value != nullptr) frames_.push_back({found.value, found.of_host});
    draw(node.children);
    if (found.value != nullptr) frames_.pop_back();
    only_tags_ = true;
  }

  void end_line(const std::string& end) {
    const bool dropped = only_tags_ && out_.find_first_not_of(" \t", line_) == std::string::npos;
    if (dropped) out_.resize(line_);
    else out_ += end;
    line_ = out_.size(), only_tags_ = false;
  }

  void put(const json::value* value) {
    if (value == nullptr) return;
    if (value->is_string()) append_escaped(out_, value->get_string());
    else if (value->is_number()) out_ += json::serialize(*value);
  }

  Meaning meaning(const Node& node) const {
    if (node.text == ".") return frames_.empty() ? Meaning{} : Meaning{frames_.back().value, frames_.back().of_host};
    return node.path.empty() ? named(node.text) : reached(node.path);
  }

  Meaning named(const std::string& name) const {
    bool in_data = false;  // an object of the data was passed that lacks the name: outer data do not give it one
    const json::value* flag = nullptr;
    bool flag_of_host = false;
    for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
      if (!frame->value->is_object()) continue;
      const auto& object = frame->value->get_object();
      if (in_data && !frame->of_host && object.contains(name)) return {};
      if (flag != nullptr) continue;
      const auto* found = own(object, name);
      if (found != nullptr && !in_data) return {found, frame->of_host};
      if (found != nullptr) flag = found, flag_of_host = frame->of_host;
      in_data = in_data || !frame->of_host;
    }
    const auto* plain = data_.if_contains(name);
    if (plain != nullptr) return in_data ? Meaning{} : Meaning{plain, false};
    if (flag != nullptr) return {flag, flag_of_host};
    if (const auto* listed = flag_of_list(data_, name)) return {listed, false};
    return {host_names_.if_contains(name), true};
  }

  Meaning reached(const std::vector<std::string>& path) const {
    for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
      if (!frame->value->is_object()) continue;
      if (const auto* found = along(frame->value->get_object(), path)) return {found, frame->of_host};
    }
    if (const auto* found = along(data_, path)) return {found, false};
    return data_.contains(path.front()) ? Meaning{} : Meaning{along(host_names_, path), true};
  }

  static const json::value* along(const json::object& from, const std::vector<std::string>& path) {
    const auto* object = &from;
    for (std::size_t i = 0;; ++i) {
      const auto* found = own(*object, path[i]);
      if (found == nullptr || i + 1 == path.size()) return found;
      if (!found->is_object()) return nullptr;
      object = &found->get_object();
    }
  }

  const json::object& host_names_;
  const json::object& data_;
  std::vector<Frame> frames_;
  std::string out_;
  std::size_t line_ = 0;      // where the last line of out_ begins
  bool only_tags_ = false;    // it holds a section's tag
};

}  // namespace

TemplateTree::TemplateTree(const std::string& text) {
  mustache::context<std::string> nothing;
  mustache::context_internal<std::string> context{nothing};
  mustache::component<std::string> root;
  const mustache::parser<std::string> parser{text, context, root, error_};
  if (error_.empty()) nodes_ = nodes_of(root.children);
}

std::string TemplateTree::draw(const json::object& host_names, const json::object& data) const { return Drawing(host_names, data).whole(nodes_); }

void append_escaped(std::string& out, std::string_view text) {
  for (std::size_t at = 0;;) {
    const auto end = text.find_first_of("&<>\"'", at);
    out.append(text.substr(at, end - at));
    if (end == std::string_view::npos) return;
    switch (text[end]) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += "&apos;"; break;
    }
    at = end + 1;
  }
}

}  // namespace shopadmin::web
