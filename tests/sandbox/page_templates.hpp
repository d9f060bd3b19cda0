#pragma once
// The HTML of the control port's pages (mustache) and their one stylesheet, kept in the binary so that it runs from anywhere. Used by the pages
// only. Constants, any thread.
namespace sandbox::templates {

extern const char* const layout;
extern const char* const index;
extern const char* const account;
extern const char* const integration;
extern const char* const keys;
extern const char* const orders;
extern const char* const order;
extern const char* const checkout;
extern const char* const new_order;
extern const char* const refusal;
extern const char* const stylesheet;

}  // namespace sandbox::templates
