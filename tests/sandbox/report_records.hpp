#pragma once
// What the sandbox remembers about reports, schedules, documents, settlements and delivery trackers. Plain values, stored like the objects of
// records.hpp; the parent of each is its account and environment (account_scope), so that lists need no further index.
#include "records.hpp"

namespace sandbox {

inline std::string account_scope(const std::string& merchant_id, const std::string& environment) { return merchant_id + "|" + environment; }

struct Report : Record {  // state: IN_PROGRESS, COMPLETED, CANCELLED; id: digits
    static constexpr const char* kind = "report";
    std::string type, document_id, settlement_id;  // settlement_id: only for reports that Amazon makes for a settlement
    std::int64_t start_ms = 0, end_ms = 0, started_ms = 0, finished_ms = 0;

    template <class Archive>
    void fields(Archive& a) {
        base_fields(a), a("type", type), a("document_id", document_id), a("settlement_id", settlement_id), a("start_ms", start_ms);
        a("end_ms", end_ms), a("started_ms", started_ms), a("finished_ms", finished_ms);
    }
};

struct ReportDocument : Record {  // id: amzn1.tortuga...
    static constexpr const char* kind = "report_document";
    std::string text;

    template <class Archive>
    void fields(Archive& a) {
        base_fields(a), a("text", text);
    }
};

struct ReportSchedule : Record {  // state: Active, Canceled; due_ms is the next creation; id: digits
    static constexpr const char* kind = "report_schedule";
    std::string type, frequency;

    template <class Archive>
    void fields(Archive& a) {
        base_fields(a), a("type", type), a("frequency", frequency);
    }
};

struct Settlement : Record {  // a closed one with its payout; id: digits
    static constexpr const char* kind = "settlement";
    std::int64_t start_ms = 0, end_ms = 0;
    std::int64_t after_seq = 0, last_seq = 0;  // the movements after_seq < seq <= last_seq belong to it
    Money net;
    std::int64_t fee_millipercent = 0, fee_fixed_minor = 0;  // as they were when it was closed
    std::string disbursement_id;

    template <class Archive>
    void fields(Archive& a) {
        base_fields(a), a("start_ms", start_ms), a("end_ms", end_ms), a("after_seq", after_seq), a("last_seq", last_seq), a("net", net);
        a("fee_millipercent", fee_millipercent), a("fee_fixed_minor", fee_fixed_minor), a("disbursement_id", disbursement_id);
    }
};

struct Tracker : Record {  // id: carrier and tracking number, so that a number can be used once only
    static constexpr const char* kind = "tracker";
    std::string permission_id, carrier, number;

    template <class Archive>
    void fields(Archive& a) {
        base_fields(a), a("permission_id", permission_id), a("carrier", carrier), a("number", number);
    }
};

struct BuyerToken : Record {
    static constexpr const char* kind = "buyer_token";
    boost::json::value buyer;

    template <class Archive>
    void fields(Archive& a) {
        base_fields(a), a("buyer", buyer);
    }
};

// A merchant's permission for a solution provider (merchant_id) to act for it; id: the token of the old MWS.
struct Delegation : Record {
    static constexpr const char* kind = "delegation";
    std::string for_merchant_id, authorization_token;

    template <class Archive>
    void fields(Archive& a) {
        base_fields(a), a("for_merchant_id", for_merchant_id), a("authorization_token", authorization_token);
    }
};

}  // namespace sandbox
