/* What is wrong with this installation, and what to do about it: clock, key, data folder, database, disk, plugins, queue, audit, the address the world uses, and what
 * each plugin says itself (its command "doctor", README of hostapi). Changes nothing. Used by `shopadmin doctor` and the support bundle. Blocks while it asks. */
#pragma once
#include <string>
#include <vector>

#include "document.hpp"

namespace shopadmin {

struct App;

struct Diagnosis {
  std::string area, level, text, advice; /* level: good, wait (look at it), stop (does not work) */
};

struct DoctorWish {
  std::string public_url; /* as readers and Amazon call the shop; empty: not looked at */
};

std::vector<Diagnosis> diagnose(App& app, const DoctorWish& wish);
bool is_well(const std::vector<Diagnosis>& found); /* nothing is at stop */
json::object to_document(const std::vector<Diagnosis>& found);

/* doctor_address.cpp: name, connection, certificate, clock and answer of the public address */
void diagnose_address(const std::string& url, std::vector<Diagnosis>& found);

}  // namespace shopadmin
