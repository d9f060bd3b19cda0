/* The smallest plugin, for the tests of packages: one task that takes a while and logs when it begins and ends, so that a call cut off is seen.
 * TINY_VERSION: what it says it is. TINY_START: 0 starts, 1 refuses to, 2 ends the process. */
#include <hostapi/hostapi.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const hostapi_host *host;

static void say(const hostapi_call *call, const char *event) {
  static const char fields[] = "{\"version\":\"" TINY_VERSION "\"}";
  const hostapi_core_v1 *core = host->service(host->self, HOSTAPI_SERVICE_CORE);
  const hostapi_text text = {fields, sizeof fields - 1};
  core->log(host->self, call, HOSTAPI_LOG_INFO, event, text);
}

static hostapi_status run(void *self, const hostapi_call *call, hostapi_text task, const hostapi_sink *result) {
  static const char again[] = "{\"again_ms\":1}";
  const struct timespec pause = {0, 400 * 1000 * 1000};
  (void)self, (void)task;
  say(call, "TINY_BEGINS");
  nanosleep(&pause, NULL);
  say(call, "TINY_ENDS");
  return result->write(result->self, again, sizeof again - 1);
}

static const hostapi_tasks_v1 tasks = {run};

static const void *contribution(void *self, const char *id) {
  (void)self;
  return strcmp(id, HOSTAPI_CONTRIBUTION_TASKS) == 0 ? &tasks : NULL;
}

static hostapi_status start(void *self, const hostapi_call *call, const hostapi_sink *error) {
  static const char why[] = "no licence";
  (void)self, (void)call;
  if (TINY_START == 2) abort();
  if (TINY_START == 1) return error->write(error->self, why, sizeof why - 1), HOSTAPI_E_REFUSED;
  return HOSTAPI_OK;
}

static void nothing(void *self) { (void)self; }

static const hostapi_plugin plugin = {sizeof plugin, NULL, start, nothing, nothing, contribution};

static hostapi_status create(const hostapi_host *given, const hostapi_plugin **out, const hostapi_sink *error) {
  (void)error;
  host = given;
  *out = &plugin;
  return HOSTAPI_OK;
}

const hostapi_entry *hostapi_entry_point(void) {
  static const hostapi_entry entry = {sizeof entry, HOSTAPI_ABI_MAJOR, 0, HOSTAPI_CONCURRENT, "org.example.tiny", TINY_VERSION, create};
  return &entry;
}
