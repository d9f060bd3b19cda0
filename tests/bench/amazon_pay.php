<?php
// What a PHP shop plugin does for one call of Amazon Pay, as the official PHP SDK does it: canonical request, RSASSA-PSS with phpseclib 3 (GMP when it is
// there), curl with certificate check, answer decoded. Own words for the benchmark; used by php_client.php and php_request.php.
require_once 'phpseclib3/autoload.php';

use phpseclib3\Crypt\RSA;

const ALGORITHM = 'AMZN-PAY-RSASSA-PSS-V2';

function load_key(string $file)
{
    return RSA::loadPrivateKey(file_get_contents($file))->withHash('sha256')->withMGFHash('sha256')->withPadding(RSA::SIGNATURE_PSS)->withSaltLength(32);
}

// The headers of a signed GET, the authorization among them.
function signed_headers($key, string $url): array
{
    $parts = parse_url($url);
    $headers = [
        'accept' => 'application/json',
        'content-type' => 'application/json',
        'x-amz-pay-date' => gmdate('Ymd\THis\Z'),
        'x-amz-pay-host' => $parts['host'],
        'x-amz-pay-region' => 'eu',
    ];
    ksort($headers);
    $lines = '';
    foreach ($headers as $name => $value) {
        $lines .= $name . ':' . $value . "\n";
    }
    $names = implode(';', array_keys($headers));
    $canonical = "GET\n" . $parts['path'] . "\n\n" . $lines . "\n" . $names . "\n" . hash('sha256', '');
    $signature = base64_encode($key->sign(ALGORITHM . "\n" . hash('sha256', $canonical)));
    $sent = ['authorization:' . ALGORITHM . ' PublicKeyId=SANDBOX-BENCH, SignedHeaders=' . $names . ', Signature=' . $signature, 'Expect:',
             'user-agent:amazon-pay-api-sdk-php (PHP/' . PHP_VERSION . ')'];
    foreach ($headers as $name => $value) {
        $sent[] = $name . ':' . $value;
    }
    return $sent;
}

function prepare($curl, $key, string $url, string $authorities): void
{
    curl_setopt($curl, CURLOPT_URL, $url);
    curl_setopt($curl, CURLOPT_SSL_VERIFYPEER, true);
    curl_setopt($curl, CURLOPT_SSL_VERIFYHOST, 2);
    curl_setopt($curl, CURLOPT_CAINFO, $authorities);
    curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
    curl_setopt($curl, CURLOPT_HTTPHEADER, signed_headers($key, $url));
}

function read_charge($curl, $text): array
{
    $charge = is_string($text) ? json_decode($text, true) : null;
    if (curl_getinfo($curl, CURLINFO_RESPONSE_CODE) !== 200 || ($charge['chargeAmount']['amount'] ?? '') !== '14.00') {
        throw new RuntimeException('getCharge failed: ' . curl_error($curl) . ' ' . $text);
    }
    return $charge;
}

function cpu_s(): float
{
    $used = getrusage();
    return $used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec'] + ($used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec']) / 1e6;
}
