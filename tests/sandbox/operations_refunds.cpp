#include "operations.hpp"
#include "views.hpp"

namespace sandbox {

Reply create_refund(Call& call) {
    call.body.allow({"chargeId", "refundAmount", "softDescriptor"});
    call.body.require({"chargeId", "refundAmount"});
    const auto amount = call.body.price("refundAmount");
    const auto soft_descriptor = read_soft_descriptor(call);
    auto charge = look_up<Charge>(call, call.body.text("chargeId"));
    check_simulation(call, {"AmazonRejected", "ProcessingFailure"});
    return {201, refund_json(call.bank.refund(charge, amount, soft_descriptor, call.actor))};
}

Reply get_refund(Call& call) { return {200, refund_json(look_up<Refund>(call, call.id))}; }

}  // namespace sandbox
