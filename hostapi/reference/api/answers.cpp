/* Answers of the JSON interface: documents, and problems (RFC 9457) with a status and a stable code. */
#include "api/api.hpp"

namespace shopadmin::api {

namespace {
struct Meaning {
  int status;
  const char* code;
};

Meaning meaning_of(Kind kind) {
  switch (kind) {
    case Kind::invalid: return {422, "bad_input"};
    case Kind::refused: return {422, "refused"};
    case Kind::unsupported: return {422, "unsupported"};
    case Kind::limit: return {422, "too_much"};
    case Kind::not_found: return {404, "not_found"};
    case Kind::conflict: return {409, "conflict"};
    case Kind::denied: return {403, "not_allowed"};
    case Kind::uncertain: return {503, "uncertain"};
    case Kind::unavailable:
    case Kind::no_answer: return {503, "unavailable"};
    default: return {500, "failed"};
  }
}

const char* title_of(int status) {
  switch (status) {
    case 400: return "The request cannot be read";
    case 401: return "Not signed in";
    case 403: return "Not allowed";
    case 404: return "Not found";
    case 405: return "Not possible here";
    case 409: return "Something changed, or was done already";
    case 413:
    case 431: return "Too large";
    case 415: return "JSON is needed";
    case 422: return "Not possible as asked";
    case 429: return "Too often";
    case 503: return "Try again later";
    default: return "Something went wrong here";
  }
}

/* Details of a Problem are a document of values, or a code. */
bool is_code(const std::string& details) { return !details.empty() && details.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos; }
}  // namespace

std::string header_of(const Request& request, const std::string& name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return value;
  return "";
}

Response document_answer(int status, const json::value& document) {
  Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = json::serialize(document);
  return response;
}

Response problem_answer(int status, const std::string& code, const std::string& detail, const json::object& more) {
  json::object document{{"type", "about:blank"}, {"title", title_of(status)}, {"status", status}, {"code", code}, {"detail", detail}};
  for (const auto& [name, value] : more) document[name] = value;
  auto response = document_answer(status, document);
  response.content_type = "application/problem+json";
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"shopadmin\"");
  if (status == 503) response.headers.emplace_back("Retry-After", "5");
  return response;
}

Response problem_answer(const web::Say& say, const Problem& problem) {
  const auto meaning = meaning_of(problem.kind);
  const bool code = is_code(problem.details);
  return problem_answer(meaning.status, code ? problem.details : meaning.code, code ? problem.message : say.known(problem));
}

Response bad_parameter(const std::string& name, const std::string& detail) { return problem_answer(422, "bad_input", detail, {{"parameter", name}}); }

}  // namespace shopadmin::api
