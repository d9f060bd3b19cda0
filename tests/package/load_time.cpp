// dlopen of the plugin in a fresh process, then the entry point: under 100 ms of processor time, which other work on the machine does not lengthen.
#include <dlfcn.h>
#include <hostapi/hostapi.h>

#include <cstdio>
#include <ctime>

int main(int, char** argv) {
  const auto begin = std::clock();
  void* library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return std::fprintf(stderr, "%s\n", dlerror()), 1;
  auto entry_point = reinterpret_cast<const hostapi_entry* (*)()>(dlsym(library, "hostapi_entry_point"));
  if (entry_point == nullptr) return std::fprintf(stderr, "%s\n", dlerror()), 1;
  const auto* entry = entry_point();
  const auto ms = 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::printf("%s %s loaded in %.1f ms\n", entry->plugin_id, entry->plugin_version, ms);
  return ms < 100 && entry->abi_major == HOSTAPI_ABI_MAJOR ? 0 : 1;
}
