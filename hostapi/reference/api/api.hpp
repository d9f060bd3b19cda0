/* The JSON interface under /api/v1 for other systems: orders with their words and figures, what plugins show, and acts in two steps (a plan, then the plan
 * carried out under an Idempotency-Key). Bearer tokens only (accounts/tokens.hpp): no cookie counts, so a browser cannot be made to call it. What a plugin offers
 * comes from its manifest: commands of kind "read" are GET, those of kind "act" are planned and done. openapi.json describes every endpoint; a test compares.
 * Failures are application/problem+json with a stable `code`. Used by Site; any thread. */
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "api/limiter.hpp"
#include "api/plans.hpp"
#include "web/http_server.hpp"
#include "web/site.hpp"

namespace shopadmin::api {

using web::Request;
using web::Response;

inline constexpr const char* prefix = "/api/";

/* One request after its token was checked. */
struct Question {
  const Request& request;
  const ApiToken& token;
  Caller caller;
  web::Say say;
  web::Form query;
  std::vector<std::string> parts; /* of the path: those that fill the {places}, in order */
};

class Api {
 public:
  Api(web::Site& site, int requests_per_minute);

  static bool meant(const std::string& path) { return path.rfind(prefix, 0) == 0; }
  Response handle(const Request& request);
  static Response not_read(int status); /* a request that was never read whole: 400, 413, 431, 500, 503 */

  /* Handlers answer a document or a problem; declared here for the table of endpoints. */
  Response me(const Question& question);
  Response orders(const Question& question);
  Response order(const Question& question);
  Response timeline(const Question& question);
  Response plugins(const Question& question);
  Response plugin_read(const Question& question);
  Response plan(const Question& question);
  Response plan_again(const Question& question);
  Response act(const Question& question);
  Response operation(const Question& question);

 private:
  Response answer_to(const Request& request);
  json::object order_document(const Question& question, const Order& order, bool whole);
  Result<const DeclaredCommand*> command_of(const Question& question, const std::string& kind);
  Response run_act(const Question& question, const Act& begun);

  web::Site& site_;
  App& app_;
  Plans plans_;
  Limiter tokens_, strangers_;
};

/* answers.cpp */
std::string header_of(const Request& request, const std::string& name); /* of the request; empty: not sent */
Response document_answer(int status, const json::value& document);
Response problem_answer(int status, const std::string& code, const std::string& detail, const json::object& more = {});
Response problem_answer(const web::Say& say, const Problem& problem); /* status and code of its kind; details that are a code win */
Response bad_parameter(const std::string& name, const std::string& detail);

extern const char* const openapi_document; /* openapi.json, put into the program when it is built (web/CMakeLists.txt) */

}  // namespace shopadmin::api
