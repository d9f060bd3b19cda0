/* hostapi: the contract between a shop's admin (host) and a plugin, version 1. Plain C11.
 *
 * Compatibility policy
 *   The three root structs (host, plugin, entry) may grow, at the end only; read what lies within `struct_size`. A service or contribution struct
 *   never changes: a new revision is a new id ("hostapi.store/2"), found at run time, NULL = not there. JSON documents grow by optional members;
 *   readers ignore members they do not know. ABI_MAJOR changes only if a root struct's existing layout does.
 * Five rules
 *   1. One symbol: the library exports hostapi_entry_point() and nothing else.
 *   2. Borrow only: what crosses is valid until the call returns; results go into the caller's sink; nobody frees the other's memory.
 *   3. Ask inside a call: host services are used only within a plugin call, on its thread, with its `call`. Log, clock and random: any thread.
 *      The plugin starts no threads and no timers; the host owns the clockwork.
 *   4. One verb changes things: store.commit(batch), all or nothing. No host transaction crosses the border, no network call happens inside one.
 *   5. Silence is failure: OK is 1, no answer is 0. A guard that does not say OK is a veto.
 * Thread tags on functions: [main] while nothing else runs in the plugin · [in-call] on the thread of the current plugin call · [any-thread].
 * Exceptions must not cross in either direction. All text is UTF-8. The documents are described in hostapi/README.md, a schema each in hostapi/schema.
 */
#ifndef HOSTAPI_HOSTAPI_H
#define HOSTAPI_HOSTAPI_H
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define HOSTAPI_EXPORT __attribute__((visibility("default")))
#else
#define HOSTAPI_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- version ------------------------------------------------------------ */
#define HOSTAPI_ABI_MAJOR 1u /* layout of the three root structs            */
#define HOSTAPI_ABI_MINOR 0u /* diagnostic only, never a gate               */

/* ---- status: success is 1, so a callee that never answered (0) is failure.
 *      Each value says what to do next.                                     */
typedef int32_t hostapi_status;
#define HOSTAPI_NO_ANSWER 0
#define HOSTAPI_OK 1
#define HOSTAPI_E_INVALID (-1)     /* caller bug: argument, state, thread    */
#define HOSTAPI_E_NOT_FOUND (-2)
#define HOSTAPI_E_CONFLICT (-3)    /* a precondition failed: re-read, decide again */
#define HOSTAPI_E_DENIED (-4)      /* the current user may not               */
#define HOSTAPI_E_REFUSED (-5)     /* a business rule says no; text in sink  */
#define HOSTAPI_E_UNSUPPORTED (-6)
#define HOSTAPI_E_UNAVAILABLE (-7) /* nothing happened; later is safe        */
#define HOSTAPI_E_UNCERTAIN (-8)   /* may have happened: reconcile, never retry blindly */
#define HOSTAPI_E_LIMIT (-9)       /* size, depth, count or deadline         */
#define HOSTAPI_E_INTERNAL (-10)

/* ---- data: everything that crosses is borrowed for the call only --------- */
typedef struct hostapi_text {
  const char *data; /* UTF-8, not zero-terminated; may be NULL when size==0  */
  size_t size;
} hostapi_text;

typedef struct hostapi_sink { /* the caller owns the bytes, the callee writes them; may be written several times */
  void *self;
  hostapi_status (*write)(void *self, const char *data, size_t size);
} hostapi_sink;

typedef struct hostapi_call hostapi_call; /* opaque: who, which shop, locale, deadline, trace id */

/* ---- the three root structs (the only ones that grow, at the end) -------- */
typedef struct hostapi_host {
  uint32_t struct_size;
  uint32_t abi_major, abi_minor;
  void *self;
  const void *(*service)(void *self, const char *service_id); /* [any-thread]; valid while the plugin lives */
} hostapi_host;

typedef struct hostapi_plugin {
  uint32_t struct_size;
  void *self;
  hostapi_status (*start)(void *self, const hostapi_call *call, const hostapi_sink *error); /* [main] */
  void (*stop)(void *self);                                                                 /* [main] */
  void (*destroy)(void *self);                                                              /* [main] */
  const void *(*contribution)(void *self, const char *contribution_id);                     /* [any-thread] */
} hostapi_plugin;

typedef struct hostapi_entry {
  uint32_t struct_size;
  uint32_t abi_major, abi_minor;
  uint32_t flags;             /* HOSTAPI_CONCURRENT: calls may overlap       */
  const char *plugin_id;      /* equals the manifest's                       */
  const char *plugin_version; /* equals the manifest's                       */
  hostapi_status (*create)(const hostapi_host *host, const hostapi_plugin **out, const hostapi_sink *error); /* [main] */
} hostapi_entry;
#define HOSTAPI_CONCURRENT 1u

/* The one exported symbol. A function, because dlsym is sure for functions.  */
HOSTAPI_EXPORT const hostapi_entry *hostapi_entry_point(void);

/* ---- host services ------------------------------------------------------- */
#define HOSTAPI_LOG_DEBUG 0
#define HOSTAPI_LOG_INFO 1
#define HOSTAPI_LOG_WARN 2
#define HOSTAPI_LOG_ERROR 3

#define HOSTAPI_SERVICE_CORE "hostapi.core/1"
typedef struct hostapi_core_v1 {
  /* event_id names a message of the plugin's operator catalogue, fields hold its values. call may be NULL.          */
  void (*log)(void *self, const hostapi_call *call, int32_t level, const char *event_id, hostapi_text fields_json); /* [any-thread] */
  int64_t (*now_unix_ms)(void *self);                                                                               /* [any-thread] */
  hostapi_status (*random)(void *self, uint8_t *bytes, size_t size);                                                /* [any-thread] */
  int64_t (*deadline_unix_ms)(void *self, const hostapi_call *call);                                                /* [in-call] */
  /* {"host","version","shop_id","locale","trace_id"}                                                                */
  hostapi_status (*describe)(void *self, const hostapi_call *call, const hostapi_sink *json);                       /* [in-call] */
} hostapi_core_v1;

#define HOSTAPI_SERVICE_IDENTITY "hostapi.identity/1"
typedef struct hostapi_identity_v1 { /* [in-call] */
  /* {"id","name","role"}; id "system" inside tasks                                                                  */
  hostapi_status (*who)(void *self, const hostapi_call *call, const hostapi_sink *json);
  /* OK or DENIED; permission ids are declared in the manifest                                                       */
  hostapi_status (*may)(void *self, const hostapi_call *call, const char *permission);
} hostapi_identity_v1;

#define HOSTAPI_SERVICE_ORDERS "hostapi.orders/1"
typedef struct hostapi_orders_v1 { /* [in-call]; read only: changes go through commit */
  hostapi_status (*get)(void *self, const hostapi_call *call, hostapi_text order_id, const hostapi_sink *order_json);
  /* query {"payment_method","after","limit"} -> {"orders":[order…],"next":text|null}                                */
  hostapi_status (*find)(void *self, const hostapi_call *call, hostapi_text query_json, const hostapi_sink *json);
} hostapi_orders_v1;

#define HOSTAPI_SERVICE_STORE "hostapi.store/1"
typedef struct hostapi_store_v1 { /* [in-call]; collections and their indexed fields are declared in the manifest */
  hostapi_status (*get)(void *self, const hostapi_call *call, const char *collection, hostapi_text key,
                        const hostapi_sink *value, uint64_t *version);
  hostapi_status (*find)(void *self, const hostapi_call *call, hostapi_text query_json, const hostapi_sink *json);
  /* the one verb that changes anything: all of the batch or none of it. CONFLICT: an expectation failed             */
  hostapi_status (*commit)(void *self, const hostapi_call *call, hostapi_text batch_json, const hostapi_sink *result_json);
} hostapi_store_v1;

#define HOSTAPI_SERVICE_SETTINGS "hostapi.settings/1"
typedef struct hostapi_settings_v1 { /* [in-call] */
  hostapi_status (*get)(void *self, const hostapi_call *call, const hostapi_sink *json); /* never holds a secret; "set":[names of stored secrets] */
  hostapi_status (*secret)(void *self, const hostapi_call *call, const char *name, const hostapi_sink *plaintext);
  hostapi_status (*set)(void *self, const hostapi_call *call, hostapi_text changes_json, const hostapi_sink *errors_json);
} hostapi_settings_v1;

#define HOSTAPI_SERVICE_TEXTS "hostapi.texts/1"
typedef struct hostapi_texts_v1 { /* [in-call]; in the locale of the call */
  /* message_id is the English text with {name} places, args {"name": text|number,"count": n for plurals}            */
  hostapi_status (*translate)(void *self, const hostapi_call *call, const char *message_id, hostapi_text args_json,
                              const hostapi_sink *text);
  /* kind "money" {"minor","currency"} · "time", "date" {"unix_ms"} · "number" {"value"}                             */
  hostapi_status (*format)(void *self, const hostapi_call *call, const char *kind, hostapi_text value_json,
                           const hostapi_sink *text);
} hostapi_texts_v1;

/* ---- plugin contributions: all [in-call] --------------------------------- */
#define HOSTAPI_CONTRIBUTION_ORDER_VIEW "hostapi.order_view/1"
typedef struct hostapi_order_view_v1 {
  /* slot "panel" (Overview) or "tab". Answers a view document: plugins never write HTML. NOT_FOUND: nothing to show  */
  hostapi_status (*view)(void *self, const hostapi_call *call, const char *slot, hostapi_text order_id,
                         const hostapi_sink *view_json);
} hostapi_order_view_v1;

#define HOSTAPI_CONTRIBUTION_ORDER_VIEW_2 "hostapi.order_view/2"
typedef struct hostapi_order_view_v2 {
  /* as order_view/1, which it replaces where host and plugin both have it; request: what the reader asked of this view and, after a
     refusal, what was typed (README, "request of an order view"). May answer a download                                        */
  hostapi_status (*view)(void *self, const hostapi_call *call, const char *slot, hostapi_text order_id, hostapi_text request_json,
                         const hostapi_sink *view_json);
} hostapi_order_view_v2;

#define HOSTAPI_CONTRIBUTION_PAGES "hostapi.pages/1"
typedef struct hostapi_pages_v1 { /* menu pages of the plugin, declared in the manifest */
  hostapi_status (*view)(void *self, const hostapi_call *call, const char *page, hostapi_text request_json,
                         const hostapi_sink *view_json);
  hostapi_status (*run)(void *self, const hostapi_call *call, const char *page, const char *action, hostapi_text form_json,
                        const hostapi_sink *result_json);
} hostapi_pages_v1;

#define HOSTAPI_CONTRIBUTION_ORDER_ACTIONS "hostapi.order_actions/1"
typedef struct hostapi_order_actions_v1 {
  /* what this action would do with this form; nothing happens. Answers a view document (a sheet) or REFUSED + text   */
  hostapi_status (*plan)(void *self, const hostapi_call *call, hostapi_text order_id, const char *action,
                         hostapi_text form_json, const hostapi_sink *view_json);
  /* form carries "operation_id", made when the form was rendered: the same id gives the same answer and acts once    */
  hostapi_status (*run)(void *self, const hostapi_call *call, hostapi_text order_id, const char *action,
                        hostapi_text form_json, const hostapi_sink *result_json);
} hostapi_order_actions_v1;

#define HOSTAPI_CONTRIBUTION_ORDER_GUARD "hostapi.order_guard/1"
typedef struct hostapi_order_guard_v1 {
  /* what the payment side will do after this event; local, nothing happens. Answers a view document (a sheet)        */
  hostapi_status (*plan)(void *self, const hostapi_call *call, const char *event, hostapi_text event_json,
                         const hostapi_sink *view_json);
  /* OK = allow, REFUSED = veto (text for the user in reason), anything else = veto too. Local, within 200 ms         */
  hostapi_status (*before)(void *self, const hostapi_call *call, const char *event, hostapi_text event_json,
                           const hostapi_sink *reason);
  /* after the host committed, at least once, in order per order; the event's id stays the same on redelivery         */
  hostapi_status (*after)(void *self, const hostapi_call *call, const char *event, hostapi_text event_json);
} hostapi_order_guard_v1;

#define HOSTAPI_CONTRIBUTION_TASKS "hostapi.tasks/1"
typedef struct hostapi_tasks_v1 { /* at least once; OK = done, result may hold {"again_ms"}; UNAVAILABLE, UNCERTAIN, CONFLICT, LIMIT = again with back-off */
  hostapi_status (*run)(void *self, const hostapi_call *call, hostapi_text task_json, const hostapi_sink *result_json);
} hostapi_tasks_v1;

#define HOSTAPI_CONTRIBUTION_SETTINGS_CHECK "hostapi.settings_check/1"
typedef struct hostapi_settings_check_v1 {
  /* candidate {"settings":{…},"secrets":{…only those newly entered}} -> {"findings":[{"field","level","text"}]}; live test */
  hostapi_status (*check)(void *self, const hostapi_call *call, hostapi_text candidate_json, const hostapi_sink *findings_json);
} hostapi_settings_check_v1;

#define HOSTAPI_CONTRIBUTION_WEBHOOK "hostapi.webhook/1"
typedef struct hostapi_webhook_v1 { /* anyone on the internet may call: verify the raw bytes first, then parse; store, answer, leave the work to a task */
  /* request {"path","method","headers":{"lower-case":"value"},"remote","received_ms"}; body: the bytes as they came, any bytes. The sender gets
     200 for OK, 400 for INVALID, REFUSED, DENIED (never repeat), 413 for LIMIT, 503 for everything else (repeat later); what is in the sink is
     not sent to it: after OK it must be empty or a JSON object, else it is a sentence for the host's log                                          */
  hostapi_status (*receive)(void *self, const hostapi_call *call, hostapi_text request_json, hostapi_text body, const hostapi_sink *answer_json);
} hostapi_webhook_v1;

#define HOSTAPI_CONTRIBUTION_COMMAND "hostapi.command/1"
typedef struct hostapi_command_v1 {
  /* a command of the plugin, declared in the manifest, run from the host's command line. arguments {"name": text, …}, a file's text among them
     (at most 64 MB each) -> a document for scripts, at most 64 MB; its member "text" holds the lines for people. Failures: a sentence, as run's   */
  hostapi_status (*run)(void *self, const hostapi_call *call, const char *command, hostapi_text arguments_json, const hostapi_sink *result_json);
} hostapi_command_v1;

#ifdef __cplusplus
}
#endif
#endif
