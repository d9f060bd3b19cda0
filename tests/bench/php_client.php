<?php
// PHP that stays: key loaded once, curl handles and their connections kept, so many calls in flight.
//   php php_client.php KEY.pem https://localhost:PORT/v2/charges/ID CA.pem
// A line "get N FLIGHT" is answered with calls, seconds of CPU of this process, seconds of wall clock.
require __DIR__ . '/amazon_pay.php';

[, $key_file, $url, $authorities] = $argv;
$key = load_key($key_file);
$idle = [];
$multi = curl_multi_init();

function one_more($multi, array &$idle, $key, string $url, string $authorities): void
{
    $curl = array_pop($idle) ?? curl_init();
    prepare($curl, $key, $url, $authorities);
    curl_multi_add_handle($multi, $curl);
}

function get_charges(int $count, int $flight, $multi, array &$idle, $key, string $url, string $authorities): void
{
    for ($begun = 0; $begun < min($flight, $count); ++$begun) {
        one_more($multi, $idle, $key, $url, $authorities);
    }
    for ($ended = 0; $ended < $count;) {
        curl_multi_exec($multi, $running);
        while ($message = curl_multi_info_read($multi)) {
            read_charge($message['handle'], curl_multi_getcontent($message['handle']));
            curl_multi_remove_handle($multi, $message['handle']);
            $idle[] = $message['handle'];
            ++$ended;
            if ($begun < $count) {
                one_more($multi, $idle, $key, $url, $authorities);
                ++$begun;
            }
        }
        if ($ended < $count) {
            curl_multi_select($multi);
        }
    }
}

echo "ready\n";
while ($line = fgets(STDIN)) {
    [, $count, $flight] = explode(' ', trim($line));
    $cpu = cpu_s();
    $begin = microtime(true);
    get_charges((int) $count, (int) $flight, $multi, $idle, $key, $url, $authorities);
    printf("%d %.6f %.6f\n", $count, cpu_s() - $cpu, microtime(true) - $begin);
}
