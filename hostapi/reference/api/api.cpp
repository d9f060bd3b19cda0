/* The table of endpoints, and what comes before each of them: token, scope, how often, and the tag that saves sending the same answer again. */
#include "api/api.hpp"

#include "log.hpp"

namespace shopadmin::api {

namespace {
struct Endpoint {
  const char* method;
  const char* path;  /* below /api/v1; {name} is any one segment */
  const char* scope; /* "": any token; "<plugin>:read": that of the plugin in the path */
  Response (Api::*handler)(const Question&);
};

constexpr const char* of_plugin = "<plugin>:read";

const Endpoint endpoints[] = {
    {"GET", "/me", "", &Api::me},
    {"GET", "/orders", "orders:read", &Api::orders},
    {"GET", "/orders/{order}", "orders:read", &Api::order},
    {"GET", "/orders/{order}/timeline", "orders:read", &Api::timeline},
    {"GET", "/plugins", "", &Api::plugins},
    {"GET", "/plugins/{plugin}/{command}", of_plugin, &Api::plugin_read},
    {"POST", "/plugins/{plugin}/{command}/plans", "plans:write", &Api::plan},
    {"GET", "/plans/{plan}", "plans:write", &Api::plan_again},
    {"POST", "/plans/{plan}/act", "acts:write", &Api::act},
    {"GET", "/operations/{operation}", "acts:write", &Api::operation},
};

/* The values of the {places}, if the path has this form. */
std::optional<std::vector<std::string>> fits(const char* form, const std::vector<std::string>& path) {
  const auto wanted = web::segments(form);
  if (wanted.size() != path.size()) return std::nullopt;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].front() == '{') values.push_back(path[i]);
    else if (wanted[i] != path[i]) return std::nullopt;
  }
  return values;
}

std::string bearer(const Request& request) {
  const auto header = header_of(request, "authorization");
  const std::string scheme = "bearer ";
  if (header.size() <= scheme.size()) return "";
  for (std::size_t i = 0; i < scheme.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(header[i])) != scheme[i]) return "";
  return header.substr(scheme.size());
}

Response too_often(int wait_s) {
  auto response = problem_answer(429, "too_often", "You ask more often than this shop allows. Wait for the seconds in Retry-After, then go on.");
  response.headers.emplace_back("Retry-After", std::to_string(wait_s));
  return response;
}

/* The same answer again is not sent: If-None-Match. */
void tag(Response& response, const Request& request) {
  if (response.status != 200 || (request.method != "GET" && request.method != "HEAD")) return;
  const auto etag = "\"" + sha256_hex(response.body).substr(0, 32) + "\"";
  response.headers.emplace_back("ETag", etag);
  if (request.if_none_match != etag) return;
  response.status = 304;
  response.body.clear(), response.content_type.clear();
}

struct Found {
  const Endpoint* endpoint = nullptr;
  std::vector<std::string> parts;
  std::string allowed; /* methods of this path, if there is one with another method */
};

Found find(const std::string& method, const std::vector<std::string>& path) {
  Found found;
  for (const auto& endpoint : endpoints) {
    auto parts = fits(endpoint.path, path);
    if (!parts) continue;
    if (endpoint.method == method || (method == "HEAD" && std::string_view(endpoint.method) == "GET")) {
      found.endpoint = &endpoint, found.parts = std::move(*parts);
      return found;
    }
    found.allowed += (found.allowed.empty() ? "" : ", ") + std::string(endpoint.method);
  }
  return found;
}

bool has_scope(const Endpoint& endpoint, const Found& found, const App& app, const ApiToken& token, std::string& needed) {
  needed = endpoint.scope;
  if (needed.empty()) return true;
  if (needed == of_plugin) {
    needed = found.parts.front() + ":read";
    for (const auto* manifest : app.plugins.manifests())
      if (manifest->id == found.parts.front()) needed = manifest->domain + ":read";
  }
  return token.scopes.count(needed) > 0;
}
}  // namespace

Api::Api(web::Site& site, int requests_per_minute) : site_(site), app_(site.app), plans_(site.app.database, *site.app.clock), tokens_(requests_per_minute), strangers_(requests_per_minute) {}

Response Api::handle(const Request& request) {
  Response response;
  try {
    response = answer_to(request);
  } catch (const std::exception& error) {
    const auto trace_id = random_hex(8);
    log_event(Level::error, "API_FAILED", {{"path", request.path}, {"trace_id", trace_id}, {"error", error.what()}});
    response = problem_answer(500, "failed", "The answer could not be made. What was stored before stays stored. The operator finds the cause in the log under " + trace_id + ".");
  }
  tag(response, request);
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  response.headers.emplace_back("Vary", "Authorization, Accept-Language");
  return response;
}

Response Api::answer_to(const Request& request) {
  auto path = web::segments(request.path);
  if (path.size() < 2 || path[1] != "v1") return problem_answer(404, "no_such_endpoint", "There is nothing at this address. The interface begins at /api/v1.");
  path.erase(path.begin(), path.begin() + 2);
  const bool read = request.method == "GET" || request.method == "HEAD";
  if (path.empty() && read) {
    json::array list{json::object{{"method", "GET"}, {"path", "/"}, {"scope", nullptr}}, json::object{{"method", "GET"}, {"path", "/openapi.json"}, {"scope", nullptr}}};
    for (const auto& one : endpoints) list.push_back(json::object{{"method", one.method}, {"path", one.path}, {"scope", one.scope}});
    return document_answer(200, json::object{{"version", "v1"}, {"endpoints", std::move(list)}});
  }
  if (path.size() == 1 && path[0] == "openapi.json" && read) {
    Response response;
    response.content_type = "application/json", response.body = openapi_document;
    return response;
  }
  const auto secret = bearer(request);
  auto token = secret.empty() ? Result<ApiToken>(Problem{Kind::denied, "Send a token: Authorization: Bearer shp_… The shop's owner makes it.", ""}) : app_.tokens.check(secret);
  if (!token) {
    if (const auto turn = strangers_.take(request.peer); !turn.allowed) return too_often(turn.wait_s);
    return problem_answer(401, "token_invalid", token.message());
  }
  const auto turn = tokens_.take(token->id);
  if (!turn.allowed) return too_often(turn.wait_s);
  app_.accounts.keep_rules_fresh();
  const auto found = find(request.method, path);
  Response response;
  if (!found.endpoint && !found.allowed.empty()) {
    response = problem_answer(405, "method_not_allowed", "This address answers " + found.allowed + ".");
    response.headers.emplace_back("Allow", found.allowed);
  } else if (!found.endpoint) {
    response = problem_answer(404, "no_such_endpoint", "There is nothing at this address. GET /api/v1 lists what there is.");
  } else if (std::string needed; !has_scope(*found.endpoint, found, app_, *token, needed)) {
    response = problem_answer(403, "scope_missing", "The token lacks the scope " + needed + ". The shop's owner can make one that has it.", {{"scope", needed}});
  } else {
    Caller caller;
    caller.id = token->user.id, caller.name = token->user.name + " (" + token->name + ")", caller.role = token->user.role, caller.zone = token->user.zone, caller.trace_id = random_hex(8);
    caller.locale = request.accept_language.empty() && !token->user.locale.empty() ? site_.texts->supported(token->user.locale) : site_.texts->negotiate(request.accept_language);
    const Question question{request, *token, caller, web::Say(*site_.texts, caller.locale, caller.zone), web::parse_query(request.target), found.parts};
    response = (this->*found.endpoint->handler)(question);
  }
  response.headers.emplace_back("RateLimit-Limit", std::to_string(tokens_.per_minute()));
  response.headers.emplace_back("RateLimit-Remaining", std::to_string(turn.left));
  return response;
}

Response Api::not_read(int status) {
  switch (status) {
    case 413: return problem_answer(413, "too_large", "More than 1 MB was sent. Nothing was done.");
    case 431: return problem_answer(431, "too_large", "More than 16 KB of headers were sent. Nothing was done.");
    case 500: return problem_answer(500, "failed", "The answer could not be made. The operator finds the cause in the log.");
    case 503: return problem_answer(503, "busy", "Too many requests wait at the moment. Nothing was done. Try again in a few seconds.");
    default: return problem_answer(400, "not_http", "The request cannot be read. Nothing was done.");
  }
}

}  // namespace shopadmin::api
