#include "pages.hpp"

#include <ctime>

#include <kainjow/mustache.hpp>

#include "page_templates.hpp"

namespace sandbox {
namespace {

namespace mustache = kainjow::mustache;

mustache::data to_data(const boost::json::value& value) {
    if (value.is_object()) {
        mustache::object members;
        for (const auto& member : value.as_object()) members.emplace(std::string(member.key()), to_data(member.value()));
        return members;
    }
    if (value.is_array()) {
        mustache::list list;
        for (const auto& item : value.as_array()) list.push_back(to_data(item));
        return list;
    }
    if (value.is_string()) return value.as_string().empty() ? mustache::data(mustache::data::type::bool_false) : mustache::data(std::string(value.as_string()));
    if (value.is_bool()) return value.as_bool() ? mustache::data::type::bool_true : mustache::data::type::bool_false;
    if (value.is_null()) return mustache::data::type::bool_false;
    return std::string(boost::json::serialize(value));
}

std::string render(const char* text, const boost::json::object& data) {
    mustache::mustache view(text);
    if (!view.is_valid()) throw std::runtime_error("a page's template is broken: " + view.error_message());
    return view.render(to_data(data));
}

std::string form_decode(std::string_view text) {
    std::string spaced(text);
    for (char& c : spaced)
        if (c == '+') c = ' ';
    return percent_decode(spaced);
}

std::map<std::string, std::string> read_form(std::string_view raw) {
    std::map<std::string, std::string> form;
    while (!raw.empty()) {
        const auto end = std::min(raw.find('&'), raw.size());
        const auto pair = raw.substr(0, end);
        const auto equals = std::min(pair.find('='), pair.size());
        form[form_decode(pair.substr(0, equals))] = form_decode(pair.substr(std::min(equals + 1, pair.size())));
        raw.remove_prefix(std::min(end + 1, raw.size()));
    }
    return form;
}

bool is_page_method(const std::string& method) { return method == "GET" || method == "POST"; }

}  // namespace

bool from_this_machine(const HttpRequest& request) {
    const auto* host = request.header("host");
    if (!host) return false;
    const auto name = host->substr(0, host->find(':'));
    if (name != "127.0.0.1" && name != "localhost") return false;
    if (const auto* origin = request.header("origin")) return *origin == "http://" + *host;
    const auto* site = request.header("sec-fetch-site");
    return !site || request.method == "GET" || *site == "same-origin" || *site == "none";
}

HttpAnswer refuse_stranger() {
    HttpAnswer answer;
    answer.status = 403;
    answer.body = error_body(ApiError(403, "UnauthorizedAccess", "The control port answers only to http://127.0.0.1 or http://localhost and to its own pages, "
                                                                 "not to what another website sends."));
    return answer;
}

std::string field(const std::map<std::string, std::string>& form, const std::string& name) {
    const auto found = form.find(name);
    return found == form.end() ? std::string() : found->second;
}

std::string readable_time(std::int64_t at_ms) {
    const std::time_t seconds = at_ms / second_ms;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts);
    return text;
}

std::string readable_amount(const Money& money) {
    return (money.minor < 0 ? "-" : "") + amount_text({std::abs(money.minor), money.currency}) + "\u00a0" + money.currency;
}

HttpAnswer page(const char* content, const std::string& title, boost::json::object data, int status) {
    HttpAnswer answer;
    answer.status = status;
    answer.content_type = "text/html; charset=utf-8";
    answer.headers = {{"content-security-policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"},
                      {"referrer-policy", "same-origin"}, {"x-content-type-options", "nosniff"}, {"cache-control", "no-store"}};
    const auto inner = render(content, data);
    answer.body = render(templates::layout, {{"title", title}, {"content", inner}});
    return answer;
}

HttpAnswer redirect(const std::string& location) {
    HttpAnswer answer;
    answer.status = 303;
    answer.content_type = "text/plain";
    answer.headers = {{"location", location}, {"cache-control", "no-store"}};
    return answer;
}

boost::json::value Pages::ask(const std::string& path, const boost::json::object& body) {
    const auto answer = control_.handle({"POST", path, {}, boost::json::serialize(body)});
    auto result = boost::json::parse(answer.body);
    if (answer.status >= 400)
        throw ApiError(answer.status, std::string(result.at("reasonCode").as_string()), std::string(result.at("message").as_string()));
    return result;
}

HttpAnswer Pages::handle(const HttpRequest& request) {
    const auto path = std::string(request.path());
    try {
        if (!is_page_method(request.method)) throw ApiError(405, "UnsupportedOperation", "Pages are read with GET and act with POST.");
        return request.method == "GET" ? get(path, read_form(request.query())) : post(path, read_form(request.body));
    } catch (const ApiError& error) {
        return page(templates::refusal, "Not possible", {{"message", error.what()}, {"code", error.reason_code}}, error.status);
    }
}

HttpAnswer Pages::get(const std::string& path, const Form& query) {
    if (path == "/sandbox.css") {
        HttpAnswer answer;
        answer.content_type = "text/css; charset=utf-8";
        answer.body = templates::stylesheet;
        return answer;
    }
    if (path == "/") return index();
    if (path == "/seller-central") return orders(query);
    if (path == "/integration") return integration("");
    if (path == "/new-order") return new_order(query, "");
    if (path.starts_with("/seller-central/")) return order(path.substr(16), field(query, "done"), "");
    if (path.starts_with("/checkout/")) return checkout(path.substr(10), "");
    throw ApiError(404, "ResourceNotFound", "There is no page " + path + ".");
}

HttpAnswer Pages::post(const std::string& path, const Form& form) {
    if (path == "/accounts") return make_account(form);
    if (path == "/new-order") return make_order(form);
    if (path.starts_with("/checkout/")) return pay(path.substr(10), form);
    const auto slash = path.rfind('/');
    if (path.starts_with("/integration/") && slash > 12) {
        const auto merchant_id = path.substr(13, slash - 13), act = path.substr(slash + 1);
        if (act == "keys") return make_keys(merchant_id, form);
        if (act == "public-key") return upload_key(merchant_id, form);
    }
    if (path.starts_with("/seller-central/") && slash > 15) return act(path.substr(16, slash - 16), path.substr(slash + 1), form);
    throw ApiError(404, "ResourceNotFound", "There is no page " + path + ".");
}

HttpAnswer Pages::index() {
    boost::json::array accounts, keys;
    std::int64_t now_ms = 0;
    std::string address;
    {
        std::lock_guard lock(gateway_.mutex());
        for (const auto& m : gateway_.store().merchants())
            accounts.push_back(boost::json::object{{"merchant_id", m.merchant_id}, {"region", m.region}, {"currency", m.ledger_currency}, {"store_id", m.store_id}});
        for (const auto& k : gateway_.store().keys())
            keys.push_back(boost::json::object{{"public_key_id", k.public_key_id}, {"merchant_id", k.merchant_id},
                                               {"environment", k.environment.empty() ? "both" : k.environment}});
        now_ms = gateway_.bank().now_ms();
        address = gateway_.notifications().address();
    }
    const bool any = !accounts.empty();
    return page(templates::index, "Start", {{"accounts", std::move(accounts)}, {"keys", std::move(keys)}, {"any", any}, {"now", readable_time(now_ms)},
                                            {"api", "https://" + address}});
}

HttpAnswer Pages::make_account(const Form& form) {
    auto made = ask("/control/keypair", {{"region", field(form, "region")}, {"environment", field(form, "environment")}}).as_object();
    return page(templates::account, "New test account", std::move(made));
}

}  // namespace sandbox
