using Microsoft.Extensions.Options;

namespace Crescent.SiloHost.Certificates;

/// <summary>Looks after this silo's certificates while it runs.</summary>
internal sealed class CertificateRenewal(SiloCertificates certificates, IOptions<CertificateOptions> options, TimeProvider time)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.CheckInterval, time);
        do
        {
            certificates.RenewDue();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
