# cmake --build build --target portable: the plugin as one signed file, in build/portable (package/portable says more). A key of your own: -DAMAZONPAY_SIGNING_KEY=publisher.pem
set(AMAZONPAY_SIGNING_KEY "" CACHE FILEPATH "Private key of the publisher for the portable package; empty: a key of this build folder, which nobody trusts unless told to")
add_custom_target(portable COMMAND ${PROJECT_SOURCE_DIR}/package/portable ${PROJECT_BINARY_DIR} ${AMAZONPAY_SIGNING_KEY}
  DEPENDS shopadmin amazonpay amazonpay_manifest shopadmin_catalogues USES_TERMINAL VERBATIM)
