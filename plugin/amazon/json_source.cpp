// Boost.JSON compiled into this library: Debian's static library is not position independent. The only translation unit that may include this.
#include <boost/json/src.hpp>
