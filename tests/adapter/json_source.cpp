// Boost.JSON, compiled once for the test of the headers (the plugin has its own in plugin/amazon/json_source.cpp).
#include <boost/json/src.hpp>
