// Staff and everybody else who acts: clicks in forms that may be stale, double clicks on two hosts, clicks again after an error, acts of the shop, Seller
// Central. What a person picks (order, amount, what to approve) is decided when the act's time comes, from what a page would show then.
#pragma once
#include <memory>

#include "flows/flow.hpp"
#include "world.hpp"

namespace simulation {

class People {
 public:
  explicit People(World& world) : world_(world) {}
  void act(const PlannedAct& act);
  void settle_all();   // somebody looks up in Seller Central whatever is undecided

 private:
  using Doing = std::function<amazonpay::Result<amazonpay::Operation>(const amazonpay::flows::Ports&, const amazonpay::flows::Act&)>;
  struct Click {
    std::string name;                 // of the fiber
    amazonpay::flows::Act act;
    bool form = true;                 // it has a stand that may be stale
    std::int64_t asked_minor = 0;     // what must be stored if the answer is good; 0: nothing is checked
    Doing doing;
  };
  void click(Click click, Chance chance);
  void press(std::shared_ptr<Click> click, Chance chance, int tries);
  void money_act(const PlannedAct& act, Chance& chance, const Order& order);
  void decide(const PlannedAct& act, Chance& chance, const std::string& order_id);
  void settle(const amazonpay::Intent& intent, Chance& chance, const std::string& name, bool honest);
  void shop_act(const PlannedAct& act, Chance& chance, Order& order);
  void elsewhere(const PlannedAct& act, Chance& chance, const Order& order);
  void deliver(int event);
  amazonpay::Actor somebody(Chance& chance) const;
  amazonpay::flows::Act act_of(const PlannedAct& act, Chance& chance, const std::string& order_id) const;
  World& world_;
};

}  // namespace simulation
