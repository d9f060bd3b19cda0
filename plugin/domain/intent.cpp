#include "domain/intent.hpp"

#include <openssl/sha.h>

namespace amazonpay {
namespace {
constexpr const char* intent_kind_names[] = {"capture", "create_charge", "cancel_charge", "close_permission", "refund", "track_delivery"};
constexpr const char* intent_state_names[] = {"planned", "sending", "uncertain", "accepted", "done", "refused", "declined", "awaiting_approval", "withdrawn"};

template <std::size_t N>
int index_of(const char* const (&names)[N], const std::string& name) {
  for (std::size_t i = 0; i < N; ++i)
    if (name == names[i]) return static_cast<int>(i);
  ensure(false, "an intent is stored with a kind or state that this version does not know");
  return 0;
}
}  // namespace

const char* name_of(IntentKind kind) { return intent_kind_names[static_cast<int>(kind)]; }
const char* name_of(IntentState state) { return intent_state_names[static_cast<int>(state)]; }
IntentKind intent_kind(const std::string& name) { return static_cast<IntentKind>(index_of(intent_kind_names, name)); }
IntentState intent_state(const std::string& name) { return static_cast<IntentState>(index_of(intent_state_names, name)); }

Money sum_of(const std::vector<Intent>& intents) {
  ensure(!intents.empty(), "a sum is over at least one intent");
  Money sum = zero_of(intents.front().amount.currency());
  for (const auto& i : intents) sum += i.amount;
  return sum;
}

std::string intent_id(const std::string& shop_id, const std::string& order_id, const std::string& cause, IntentKind kind,
                      const std::string& target_id) {
  std::string text;
  for (const auto& part : {shop_id, order_id, cause, std::string(name_of(kind)), target_id}) text += std::to_string(part.size()) + ":" + part;
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  static constexpr char hex[] = "0123456789abcdef";
  std::string id;
  for (int i = 0; i < 16; ++i) id += hex[digest[i] >> 4], id += hex[digest[i] & 15];
  return id;
}

}  // namespace amazonpay
