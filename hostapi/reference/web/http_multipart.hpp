// Forms with a file (multipart/form-data, RFC 7578) as browsers send them. Used by the upload of plugin packages alone. Pure; any thread. Anything a browser
// would not send gives nothing: a part without a name, a name twice, a missing end, more than 20 parts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http_form.hpp"

namespace shopadmin::web {

struct Upload {
  Form form;                              // the parts that are texts
  std::string_view file;                  // the bytes of the part "file"; lies in the body
};

std::optional<Upload> parse_multipart(std::string_view body, std::string_view content_type);

}  // namespace shopadmin::web
