/* One file for whoever helps: versions, configuration without secrets, the doctor's report, figures of queue and tables, the plugins' manifests, the last lines of the log.
 * What goes in is listed, not what stays out: of a log line only fields that are known to name no person and hold no secret, of a setting nothing that was typed as free
 * text. So neither a buyer nor a secret can be in it, wherever it was written. Used by `shopadmin support-bundle`. */
#pragma once
#include <filesystem>

#include "app.hpp"
#include "operate/doctor.hpp"

namespace shopadmin {

struct BundleWish {
  std::filesystem::path target; /* a .tar.gz that is not there yet */
  std::filesystem::path log;    /* empty: no log */
  DoctorWish doctor;
};

Result<std::vector<std::string>> make_support_bundle(App& app, const BundleWish& wish); /* the names of the files in it */

}  // namespace shopadmin
