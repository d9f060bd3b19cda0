#pragma once
// The query of a request as decoded names and values, read with Amazon's refusals (400 InvalidParameterValue naming the parameter). Used by
// the listing operations and by the control interface. A name given twice keeps its last value. Plain value, any thread.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

class Query {
public:
    explicit Query(std::string_view raw);

    void allow(const std::vector<std::string_view>& names) const;  // any other parameter is refused
    bool has(const std::string& name) const { return !text(name).empty(); }
    bool only(const std::string& name) const { return has(name) && values_.size() == 1; }
    std::string text(const std::string& name) const;                  // empty when absent
    std::vector<std::string> list(const std::string& name) const;     // comma separated
    std::optional<std::int64_t> time_ms(const std::string& name) const;
    std::int64_t number(const std::string& name, std::int64_t otherwise, std::int64_t least, std::int64_t most) const;

    [[noreturn]] static void refuse(const std::string& name);

private:
    std::map<std::string, std::string> values_;
};

}  // namespace sandbox
