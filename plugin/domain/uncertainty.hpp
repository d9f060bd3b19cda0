// An intent whose answer got lost long ago. Amazon documents that it remembers idempotency keys indefinitely (API reference 3.2), but what is old is not sent
// again on that word alone: it is compared with what Amazon shows now. If nothing there is unexplained, it never arrived and goes again under its own key; if
// something is, a person decides with the facts side by side. Pure. (A capture, a cancellation and a closing show in the object's state itself.)
#pragma once
#include "domain/intent.hpp"

namespace amazonpay {

struct Comparison {
  Money asked;      // by the intent
  Money shown;      // by Amazon: given back on the charge, or charged on the permission
  Money explained;  // of it, what this shop knows by its ids
  bool decided() const { return shown <= explained; }  // nothing is there that could be it: it did not arrive
};

// A refund against its charge. Whether Amazon raises the charge's figure at creation or at completion is not documented; refunds on their way are explained in
// both readings.
Comparison compare_refund(const Intent& refund, const Charge& now, const Payment& payment);
// A new charge against its permission; nothing if Amazon does not say what is left to charge.
std::optional<Comparison> compare_new_charge(const Intent& create, const ChargePermission& now, const Payment& payment);

}  // namespace amazonpay
