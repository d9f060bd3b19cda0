// The one exported symbol. Id and version equal the manifest's; a host compares them before it goes on.
#include "host/plugin.hpp"

extern "C" HOSTAPI_EXPORT const hostapi_entry* hostapi_entry_point(void) {
  static const hostapi_entry made = hostapi::sdk::entry<amazonpay::host::AmazonPayPlugin>("org.amazonpay.plugin", AMAZONPAY_VERSION, HOSTAPI_CONCURRENT);
  return &made;
}
