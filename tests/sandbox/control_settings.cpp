#include "control.hpp"
#include "views.hpp"

// The switches and delays of the control interface, for where Amazon is silent.
namespace sandbox {

boost::json::object Control::settings() const {
    const auto& s = gateway_.bank().settings();
    return {{"refund_delay_ms", s.refund_delay_ms}, {"pending_delay_ms", s.pending_delay_ms}, {"report_delay_ms", s.report_delay_ms},
            {"link_life_ms", s.link_life_ms}, {"clock_skew_ms", s.clock_skew_ms}, {"periodic_limit_minor", s.periodic_limit_minor}, {"report_burst", s.report_burst},
            {"report_rate", s.report_rate}, {"throttling", s.throttling}, {"charge_in_progress", s.charge_in_progress},
            {"live_behaviour", s.live_behaviour}, {"refunded_when_settled", s.refunded_when_settled},
            {"capture_rejected_direct", s.capture_rejected_direct}, {"recurring_renews", s.recurring_renews}};
}

boost::json::object Control::change_settings(const Body& body) {
    body.allow({"refund_delay_s", "refund_delay_ms", "pending_delay_s", "pending_delay_ms", "report_delay_s", "report_delay_ms", "clock_skew_s",
                "clock_skew_ms", "link_life_s", "link_life_ms", "periodic_limit_minor", "report_burst", "report_rate", "throttling",
                "charge_in_progress", "live_behaviour",
                "refunded_when_settled", "capture_rejected_direct", "recurring_renews"});
    auto s = gateway_.bank().settings();
    const auto read_count = [&](const std::string& name, std::int64_t& value) {
        value = body.number(name, value);
        if (value < 0) body.refuse(name);
    };
    const auto read_delay = [&](const std::string& name, std::int64_t& value_ms) {
        if (body.has(name + "_s")) value_ms = body.number(name + "_s", 0) * second_ms;
        read_count(name + "_ms", value_ms);
    };
    read_delay("refund_delay", s.refund_delay_ms);
    read_delay("pending_delay", s.pending_delay_ms);
    read_delay("report_delay", s.report_delay_ms);
    read_delay("link_life", s.link_life_ms);
    read_delay("clock_skew", s.clock_skew_ms);
    read_count("periodic_limit_minor", s.periodic_limit_minor);
    read_count("report_burst", s.report_burst);
    read_count("report_rate", s.report_rate);
    s.throttling = body.flag("throttling", s.throttling);
    s.charge_in_progress = body.flag("charge_in_progress", s.charge_in_progress);
    s.live_behaviour = body.flag("live_behaviour", s.live_behaviour);
    s.refunded_when_settled = body.flag("refunded_when_settled", s.refunded_when_settled);
    s.capture_rejected_direct = body.flag("capture_rejected_direct", s.capture_rejected_direct);
    s.recurring_renews = body.flag("recurring_renews", s.recurring_renews);
    gateway_.bank().change_settings(s);
    return settings();
}

}  // namespace sandbox
