#include "gateway.hpp"

#include "reports.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace sandbox {
namespace {

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

// New-style keys carry their environment, legacy keys name it in the path.
std::string environment_of(const ApiKey& key, const Match& match) {
    if (key.environment.empty()) {
        if (match.environment_in_path.empty())
            throw ApiError(401, "UnauthorizedAccess", "A key id without SANDBOX or LIVE prefix needs /sandbox/v2 or /live/v2 in the path.");
        return match.environment_in_path == "live" ? "Live" : "Sandbox";
    }
    if (!match.environment_in_path.empty())
        throw ApiError(401, "UnauthorizedAccess", "A key id with SANDBOX or LIVE prefix is used with the path /v2.");
    return key.environment;
}

const std::string& required_header(const HttpRequest& request, const char* name) {
    const auto* value = request.header(name);
    if (!value) throw ApiError(400, "MissingHeader", std::string("The header '") + name + "' is required.");
    if (value->find_first_not_of(" \t") == std::string::npos)
        throw ApiError(400, "MissingHeaderValue", std::string("The header '") + name + "' is empty.");
    return *value;
}

[[noreturn]] void bad_header(const std::string& message) { throw ApiError(400, "InvalidHeaderValue", message); }

void check_region_and_host(const HttpRequest& request, const Merchant& merchant) {
    const auto region = lower(required_header(request, "x-amz-pay-region"));
    if (region != merchant.region) bad_header("x-amz-pay-region is '" + region + "', but this account is in '" + merchant.region + "'.");

    const auto host = lower(required_header(request, "x-amz-pay-host"));
    const auto name = host.substr(0, host.find(':'));
    if (name == "localhost" || name == "127.0.0.1") return;
    const auto expected = merchant.region == "na" ? "pay-api.amazon.com" : merchant.region == "eu" ? "pay-api.amazon.eu" : "pay-api.amazon.jp";
    if (host != expected) bad_header("x-amz-pay-host is '" + host + "', but this account is served by '" + expected + "'.");
}

void check_headers(const HttpRequest& request, const Merchant& merchant, std::int64_t clock_skew_ms) {
    check_region_and_host(request, merchant);
    if (!lower(required_header(request, "content-type")).starts_with("application/json")) bad_header("content-type has to be application/json.");
    // The real clock on purpose: clients sign with theirs, however far the virtual clock was advanced.
    const auto date = parse_time(required_header(request, "x-amz-pay-date"));
    if (!date) bad_header("x-amz-pay-date is not of the form 20250310T101500Z.");
    if (clock_skew_ms > 0 && std::abs(*date - wall_clock_ms()) > clock_skew_ms)
        bad_header("x-amz-pay-date differs from the time of the service by more than " + std::to_string(clock_skew_ms / second_ms) + " s.");
}

std::string idempotency_key(const HttpRequest& request, const Route& route) {
    if (route.idempotency == Route::KeyUse::ignored) return {};
    const char* name = "x-amz-pay-idempotency-key";
    if (!request.header(name) && route.idempotency == Route::KeyUse::optional) return {};
    const auto& key = required_header(request, name);
    const auto allowed = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    if (key.size() > 32 || !std::all_of(key.begin(), key.end(), allowed))
        bad_header("x-amz-pay-idempotency-key may have at most 32 characters out of A-Z a-z 0-9 - _.");
    return key;
}

std::string fingerprint(const HttpRequest& request, const Match& match) {
    return std::string(match.route->name) + " " + match.id + " " + sha256_hex(request.body);
}

}  // namespace

std::string error_body(const ApiError& error) {
    return boost::json::serialize(boost::json::object{{"reasonCode", error.reason_code}, {"message", error.what()}});
}

void Gateway::forget_keys() {
    std::lock_guard lock(key_mutex_);
    keys_.clear();
}

Gateway::KnownKey Gateway::find_key(const std::string& public_key_id) {
    {
        std::lock_guard lock(key_mutex_);
        const auto found = keys_.find(public_key_id);
        if (found != keys_.end()) return found->second;
    }
    KnownKey known;
    {
        std::lock_guard lock(mutex_);
        const auto key = store_.find_key(public_key_id);
        if (!key) throw ApiError(401, "UnauthorizedAccess", "The public key id is not known.");
        known = {*key, read_public_key(key->pem), *store_.find_merchant(key->merchant_id)};
    }
    std::lock_guard lock(key_mutex_);
    keys_[public_key_id] = known;
    return known;
}

// The file behind a report document's link: no signature, and refusals in the shape of a file store.
HttpAnswer Gateway::serve_download(const HttpRequest& request) {
    HttpAnswer result;
    result.content_type = "text/plain; charset=UTF-8";
    try {
        std::lock_guard lock(mutex_);
        result.body = download(store_, request.path(), request.query());
    } catch (const ApiError& error) {
        result.status = error.status;
        result.content_type = "application/xml";
        result.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + error.reason_code + "</Code><Message>" + error.what() + "</Message></Error>";
    }
    return result;
}

HttpAnswer Gateway::handle(const HttpRequest& request) {
    if (request.method == "GET" && request.path().starts_with(download_path)) return serve_download(request);
    LoggedRequest entry;
    entry.operation = "unknown";
    entry.method = request.method;
    entry.path = std::string(request.path().substr(0, 200));
    entry.request_id = random_uuid();
    HttpAnswer result;
    try {
        result = answer(request, entry);
    } catch (const ApiError& error) {
        result.status = error.status;
        result.body = error_body(error);
        entry.reason_code = error.reason_code;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "amazonpay-sandbox: %s failed: %s\n", entry.operation.c_str(), error.what());
        result.status = 500;
        result.body = error_body(ApiError(500, "InternalServerError", "The sandbox failed; see its standard error output."));
        entry.reason_code = "InternalServerError";
    }
    result.request_id = entry.request_id;
    entry.at_ms = wall_clock_ms();
    entry.status = result.drop ? 0 : result.status;
    log_.add(std::move(entry));
    return result;
}

// A solution provider signs with its own key and acts for the merchant who gave it the token.
Merchant Gateway::delegated_merchant(const Merchant& provider, const std::string& environment, const std::string& token) {
    for (const auto& delegation : store_.children<Delegation>(account_scope(provider.merchant_id, environment)))
        if (delegation.authorization_token == token && delegation.expires_ms > bank_.now_ms()) return *store_.find_merchant(delegation.for_merchant_id);
    throw ApiError(403, "InvalidAuthorizationToken", "x-amz-pay-authtoken is not known or has expired; get it with Get Authorization Token.");
}

HttpAnswer Gateway::answer(const HttpRequest& request, LoggedRequest& entry) {
    const auto match = match_route(request.method, request.path());
    entry.operation = match.route->name;
    const auto authorization = parse_authorization(request);
    auto known = find_key(authorization.public_key_id);
    verify_signature(request, authorization, known.public_key);
    const auto environment = environment_of(known.key, match);
    entry.merchant_id = known.merchant.merchant_id;

    std::lock_guard lock(mutex_);
    const auto& settings = bank_.settings();
    const ReportQuota reports{settings.report_burst, settings.report_rate};
    if (settings.throttling && !throttle_.allow(entry.merchant_id, environment, match.route->name, reports, wall_clock_ms()))
        throw ApiError(429, "TooManyRequests", "The request was throttled; try again later.");
    if (const auto* token = request.header("x-amz-pay-authtoken")) known.merchant = delegated_merchant(known.merchant, environment, *token);
    check_headers(request, known.merchant, bank_.settings().clock_skew_ms);
    Actor actor{"api", idempotency_key(request, *match.route), "", 0};
    entry.idempotency_key = actor.idempotency_key;
    if (const auto* code = request.header("x-amz-pay-simulation-code"); code && request.method != "GET") actor.simulation_code = *code;

    const auto fault = faults_.take(match.route->name);
    HttpAnswer result;
    if (fault) {
        entry.fault = fault->kind;
        result.delay_ms = fault->delay_ms;
        if (fault->kind == "drop_before") return result.drop = true, result;
        if (fault->kind == "simulate") actor.simulation_code = fault->simulation_code;
    }
    if (!fault || fault->kind != "status" || fault->apply_effect) {
        try {
            result = perform(request, match, known, environment, actor, entry);
        } catch (const ApiError& error) {
            entry.reason_code = error.reason_code;
            result.status = error.status;
            result.body = error_body(error);
        }
    }
    if (!fault) return result;
    result.delay_ms = fault->delay_ms;
    result.drop = fault->kind == "lose_answer";
    if (fault->kind == "status") {
        entry.reason_code = fault->reason;
        result.status = fault->status;
        result.body = error_body(ApiError(fault->status, fault->reason, fault->message));
    }
    return result;
}

HttpAnswer Gateway::perform(const HttpRequest& request, const Match& match, const KnownKey& known, const std::string& environment,
                            const Actor& given, LoggedRequest& entry) {
    Transaction transaction(store_.database());
    bank_.settle_due();
    const auto scope = known.merchant.merchant_id + "|" + environment;
    const auto print = fingerprint(request, match);
    HttpAnswer result;
    if (!given.idempotency_key.empty()) {
        if (const auto stored = store_.find_answer(scope, given.idempotency_key)) {
            transaction.commit();
            if (stored->fingerprint != print)
                throw ApiError(400, "DuplicateIdempotencyKey", "The idempotency key was used before with other content.");
            entry.replayed = true;
            result.status = stored->status;
            result.body = stored->body;
            return result;
        }
    }
    try {
        const auto body = Body::parse(request.body);
        Call call{bank_, known.merchant, environment, match.id, body, given, request};
        call.actor.at_ms = bank_.now_ms();
        const auto reply = match.route->operation(call);
        result.status = reply.status;
        result.body = boost::json::serialize(reply.body);
    } catch (const ApiError& error) {
        // A decline may have changed the charge permission, so the transaction is committed for refusals, too.
        result.status = error.status;
        result.body = error_body(error);
        entry.reason_code = error.reason_code;
    }
    const bool remember = result.status < 300 || result.status == 422;
    if (remember && !given.idempotency_key.empty()) store_.put_answer(scope, given.idempotency_key, {print, result.status, result.body});
    transaction.commit();
    return result;
}

}  // namespace sandbox
