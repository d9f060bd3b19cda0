// Which addresses a notification may make us ask. A forged one would love to choose: so each character is checked here, and nothing is left for a URL
// parser to read differently. Used by the checks of notifications. Pure functions, any thread.
#pragma once
#include <string>
#include <string_view>

namespace amazonpay::amazon {

struct Envelope;

// eu-west-1, cn-north-1, us-gov-west-1
bool is_region(std::string_view text);

// sns.<region>.amazonaws.com, for China sns.<region>.amazonaws.com.cn; in test mode exactly test_host and nothing else.
bool is_certificate_host(std::string_view host, std::string_view test_host);

// https://<host>/SimpleNotificationService-<32 hex>.pem and nothing more: no user, no port (but the test host's), no query, no fragment.
bool is_certificate_url(std::string_view url, std::string_view test_host);

// https://<host>/?Action=ConfirmSubscription&TopicArn=…&Token=…: each once, in any order, of this envelope, and nothing more.
bool is_subscribe_url(const Envelope& envelope, std::string_view test_host);

// arn:aws:sns:<region>:<12 digits>:<name>
bool is_topic(std::string_view text);

}  // namespace amazonpay::amazon
