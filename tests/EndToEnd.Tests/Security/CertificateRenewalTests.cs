using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Crescent.Security;
using Crescent.SiloHost;
using Crescent.SiloHost.Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Crescent.EndToEnd.Tests.Security;

/// <summary>A silo's certificates are replaced while it runs. Leaves live 30 days, the administrator's a year.</summary>
public sealed class CertificateRenewalTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("crescent-renewal-").FullName;
    private readonly FakeTimeProvider _time = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly IOptions<CertificateOptions> _options = Options.Create(new CertificateOptions());
    private readonly SiloCertificates _certificates;

    public CertificateRenewalTests()
    {
        var secrets = ClusterSecrets.Open(_home, _options.Value, _time);
        _certificates = new(secrets, new SiloOptions { Home = _home }, _options, _time, NullLogger<SiloCertificates>.Instance);
        _certificates.RenewDue();
    }

    private IConnectionCertificates Connections => _certificates;

    private string Kubeconfig => File.ReadAllText(Path.Combine(_home, "kubeconfig"));

    public void Dispose() => Directory.Delete(_home, recursive: true);

    /// <summary>Wine takes shorter ones for wrong; by chance one in 128 would be.</summary>
    [Fact]
    public void Issue_ManyCertificates_AllHaveSignaturesOfFullLength()
    {
        var authority = new CertificateAuthority(CertificateAuthority.CreateSelfSigned("authority", TimeSpan.FromDays(1), _time), _time);
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var publicKey = new PublicKey(key);

        Assert.All(Enumerable.Range(0, 1000), _ =>
        {
            using var issued = authority.Issue(new("someone") { IsClient = true }, TimeSpan.FromHours(1), publicKey);
            var parts = new AsnReader(issued.RawData, AsnEncodingRules.DER).ReadSequence();
            parts.ReadEncodedValue();
            parts.ReadEncodedValue();
            var numbers = new AsnReader(parts.ReadBitString(out var _), AsnEncodingRules.DER).ReadSequence();
            Assert.Equal(32, numbers.ReadInteger().GetByteCount(isUnsigned: true));
            Assert.Equal(32, numbers.ReadInteger().GetByteCount(isUnsigned: true));
        });
    }

    [Fact]
    public void RenewDue_TwoThirdsNotOver_KeepsAll()
    {
        var (api, silo, client, kubeconfig) = (_certificates.Api, Connections.Current, _certificates.NodeClient, Kubeconfig);

        _time.Advance(TimeSpan.FromDays(19));
        _certificates.RenewDue();

        Assert.Same(api, _certificates.Api);
        Assert.Same(silo, Connections.Current);
        Assert.Same(client, _certificates.NodeClient);
        Assert.Equal(kubeconfig, Kubeconfig);
    }

    [Fact]
    public void RenewDue_LastThird_ReplacesTheLeavesUnderTheSameAuthority()
    {
        X509Certificate2[] before = [_certificates.Api.Bound, Connections.Current, _certificates.NodeClient.Bound];
        var kubeconfig = Kubeconfig;

        _time.Advance(TimeSpan.FromDays(21));
        _certificates.RenewDue();

        X509Certificate2[] after = [_certificates.Api.Bound, Connections.Current, _certificates.NodeClient.Bound];
        Assert.All(before.Zip(after), pair =>
        {
            Assert.Equal(pair.First.Subject, pair.Second.Subject);
            Assert.NotEqual(pair.First.SerialNumber, pair.Second.SerialNumber);
            Assert.Equal(pair.First.Issuer, pair.Second.Issuer);
            Assert.Equal(_time.GetUtcNow().AddDays(30).UtcDateTime, pair.Second.NotAfter.ToUniversalTime());
        });
        Assert.Equal(kubeconfig, Kubeconfig);
    }

    [Fact]
    public void RenewDue_LastThirdOfAYear_WritesAFreshKubeconfig()
    {
        var before = Kubeconfig;

        _time.Advance(TimeSpan.FromDays(250));
        _certificates.RenewDue();

        Assert.NotEqual(before, Kubeconfig);
    }

    [Fact]
    public void RenewDue_NearTheEndOfTheAuthority_NeverOutlivesIt()
    {
        _time.Advance(_options.Value.AuthorityLifetime - TimeSpan.FromDays(3));
        _certificates.RenewDue();

        Assert.Equal(_certificates.Authorities[0].NotAfter, _certificates.Api.Certificate.NotAfter);
    }

    [Fact]
    public async Task Renewal_WhileTheSiloRuns_LooksAgainAndAgain()
    {
        var before = _certificates.Api;
        var time = new SignallingTime(_time);
        using var renewal = new CertificateRenewal(_certificates, _options, time);
        await renewal.StartAsync(TestContext.Current.CancellationToken);
        await time.TimerCreated.Task.WaitAsync(TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromDays(21));
        while (ReferenceEquals(before, _certificates.Api))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await renewal.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(_time.GetUtcNow().AddDays(30).UtcDateTime, _certificates.Api.Certificate.NotAfter.ToUniversalTime());
        Assert.Equal(_options.Value.CheckInterval, time.Period);
    }

    /// <summary>Tells when the service has come to its timer: time that passes before is not counted.</summary>
    private sealed class SignallingTime(TimeProvider inner) : TimeProvider
    {
        public TaskCompletionSource TimerCreated { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TimeSpan Period { get; private set; }

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Period = period;
            var timer = inner.CreateTimer(callback, state, dueTime, period);
            TimerCreated.TrySetResult();
            return timer;
        }
    }
}
