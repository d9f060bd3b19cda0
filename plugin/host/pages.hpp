// The pages of the menu, each in a file of its own (page_<id>.cpp); which ones there are stands in the manifest. Made once by MenuPages and shared by
// concurrent calls, so they hold nothing but the way to Amazon.
#pragma once
#include "host/contributions.hpp"

namespace amazonpay::host {

std::unique_ptr<Page> transactions_page(PaymentsSource& amazon);             // every payment by Seller Central's words, and orphans
std::unique_ptr<Page> task_page(PaymentsSource& amazon, Actions& actions);   // what a person has to decide or do
std::unique_ptr<Page> health_page();                                         // whether the background work is well
std::unique_ptr<Page> bulk_page(PaymentsSource& amazon);                     // refund, capture or cancel many orders: dry run, progress, result
std::unique_ptr<Page> reports_page(PaymentsSource& amazon);                  // figures, settlements, Amazon's reports
std::unique_ptr<Page> notification_page(PaymentsSource& amazon);             // whether Amazon's notifications arrive, and what is in quarantine
std::unique_ptr<Page> connection_page();                                     // from an account at Amazon to live, in steps

}  // namespace amazonpay::host
