# A repeat of a refund goes out under a new key.
set(source plugin/flows/carry_out.cpp)
set(find [==[take(amazon.create_refund(intent.charge_id, intent.amount, intent.soft_descriptor, intent.id), a.refund, a); break;]==])
set(becomes [==[take(amazon.create_refund(intent.charge_id, intent.amount, intent.soft_descriptor, intent.attempts > 1 ? intent.id.substr(0, 28) + std::to_string(1000 + intent.attempts) : intent.id), a.refund, a); break;]==])
