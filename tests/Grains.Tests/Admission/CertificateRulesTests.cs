using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crescent.Grains.Certificates;
using Crescent.Grains.Tests.Mutation;
using Crescent.Identity;
using Xunit;

namespace Crescent.Grains.Tests.Admission;

public sealed class CertificateRulesTests
{
    [Theory]
    [InlineData(SignerNames.NodeClient, "CN=system:node:n1, O=system:nodes", "client auth", "", true)]
    [InlineData(SignerNames.NodeClient, "CN=system:node:n1, O=system:masters", "client auth", "", false)]
    [InlineData(SignerNames.NodeClient, "CN=admin, O=system:nodes", "client auth", "", false)]
    [InlineData(SignerNames.NodeClient, "CN=system:node:n1, O=system:nodes", "server auth", "", false)]
    [InlineData(SignerNames.NodeClient, "CN=system:node:n1, O=system:nodes", "client auth", "n1", false)]
    [InlineData(SignerNames.NodeServing, "CN=system:node:n1, O=system:nodes", "server auth", "n1", true)]
    [InlineData(SignerNames.NodeServing, "CN=system:node:n1, O=system:nodes", "server auth", "", false)]
    [InlineData(SignerNames.ApiClient, "CN=ann, O=devs", "client auth", "", true)]
    [InlineData(SignerNames.ApiClient, "CN=ann, O=devs", "server auth", "", false)]
    [InlineData(SignerNames.ApiClient, "CN=ann, O=devs", "any", "", false)]
    [InlineData(SignerNames.NodeServing, "CN=system:node:n1, O=system:nodes", "client auth", "n1", false)]
    [InlineData(SignerNames.NodeServing, "CN=kubernetes, O=system:nodes", "server auth", "n1", false)]
    [InlineData(SignerNames.NodeServing, "CN=system:node:n1, O=system:masters", "server auth", "n1", false)]
    public void WhyNot_Request_IsHeldToItsSigner(string signer, string subject, string usage, string name, bool isSigned)
    {
        var request = SigningRequest.Read(Pem(subject, name), out _)!;
        Assert.Equal(isSigned, SignerRules.WhyNot(signer, request, ["digital signature", usage]) is null);
    }

    [Theory]
    [InlineData(SignerNames.NodeClient, "digital signature,client auth", null)]
    [InlineData(SignerNames.NodeClient, "digital signature,key encipherment,client auth", null)]
    [InlineData(SignerNames.NodeClient, "client auth", "usages did not match [digital signature key encipherment client auth]")]
    [InlineData(SignerNames.NodeClient, "digital signature,client auth,server auth", "usages did not match [digital signature key encipherment client auth]")]
    [InlineData(SignerNames.ApiClient, "client auth", null)]
    [InlineData(SignerNames.ApiClient, "client auth,cert sign", "invalid usage for client certificate: cert sign")]
    [InlineData(SignerNames.ApiClient, "digital signature", "missing required usage for client certificate: client auth")]
    public void WhyNot_Usages_AreThoseOfTheSigner(string signer, string usages, string? why) =>
        Assert.Equal(why, SignerRules.WhyNot(signer, SigningRequest.Read(Pem("CN=system:node:n1, O=system:nodes", ""), out _)!, [.. usages.Split(',')]));

    [Theory]
    [InlineData("system:crescent:silos")]
    [InlineData("system:crescent:front-ends")]
    public async Task Create_RequestForOneOfTheClustersProcesses_IsForbidden(string group)
    {
        var harness = new PipelineHarness(KnownTypes.CertificateSigningRequests, "ann", "");
        PipelineHarness.AssertRefused(
            await harness.CreateAsync(Body($"CN=silo-9, O={group}", "")), 403,
            $"certificatesigningrequests.certificates.k8s.io \"ann\" is forbidden: use of kubernetes.io/kube-apiserver-client signer with {group} group is not allowed");
    }

    [Fact]
    public async Task Create_WithTheLegacySignerOrAUsageTwice_IsInvalid()
    {
        var harness = new PipelineHarness(KnownTypes.CertificateSigningRequests, "ann", "");
        var body = Body("CN=ann, O=devs", "");
        var legacy = await harness.CreateAsync(body.Replace(SignerNames.ApiClient, SignerNames.Legacy, StringComparison.Ordinal));
        Assert.Contains("the legacy signerName is not allowed via this API version", legacy.Error!.Message, StringComparison.Ordinal);
        var twice = await harness.CreateAsync(body.Replace("[\"client auth\"]", "[\"client auth\",\"client auth\"]", StringComparison.Ordinal));
        Assert.Contains("spec.usages[1]: Duplicate value: \"client auth\"", twice.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void End_OfAnIssuedRequest_IsThatOfItsCertificateWhenItComesFirst()
    {
        var now = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        Assert.Equal(now.AddMinutes(10), CertificateLifetime.End(Issued(now.AddMinutes(10))));
        Assert.Equal(now.AddHours(1), CertificateLifetime.End(Issued(now.AddDays(10))));

        CertificateRequestFacts Issued(DateTimeOffset end) => new()
        {
            Signer = SignerNames.ApiClient, Pem = "", Usages = [], Requestor = new() { Name = "ann" }, Lifetime = null, Created = now, IsIssued = true,
            CertificateEnd = end, Conditions = System.Collections.Immutable.ImmutableDictionary<string, DateTimeOffset>.Empty.Add("Approved", now),
        };
    }

    [Fact]
    public async Task Create_Request_NotesWhoAsksWhateverItSays()
    {
        var harness = new PipelineHarness(KnownTypes.CertificateSigningRequests, "ann", "");
        await harness.CreateAsync(Body("CN=ann, O=devs", """, "username":"kubernetes-admin","groups":["system:masters"]"""));
        Assert.Equal("tester", (string?)harness.Object["spec"]!["username"]);
        Assert.Empty(harness.Object["spec"]!["groups"]?.AsArray() ?? []);
    }

    [Fact]
    public async Task Create_RequestForMasters_IsForbidden()
    {
        var harness = new PipelineHarness(KnownTypes.CertificateSigningRequests, "ann", "");
        PipelineHarness.AssertRefused(
            await harness.CreateAsync(Body("CN=ann, O=system:masters", "")), 403,
            "certificatesigningrequests.certificates.k8s.io \"ann\" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed");
    }

    [Fact]
    public async Task Approve_WithoutTheVerb_IsForbidden()
    {
        var harness = new PipelineHarness(KnownTypes.CertificateSigningRequests, "ann", "");
        await harness.CreateAsync(Body("CN=ann, O=devs", ""));
        PipelineHarness.AssertRefused(
            await harness.PatchAsync(
                Crescent.Resources.PatchKind.Merge, """{"status":{"conditions":[{"type":"Approved","status":"True","reason":"me"}]}}""", "approval"), 403,
            "certificatesigningrequests.certificates.k8s.io \"ann\" is forbidden: user not permitted to approve requests with signerName \"kubernetes.io/kube-apiserver-client\"");
    }

    private static string Body(string subject, string more)
    {
        var request = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Pem(subject, "")));
        return $"{{\"metadata\":{{\"name\":\"ann\"}},\"spec\":{{\"request\":\"{request}\",\"signerName\":\"{SignerNames.ApiClient}\",\"usages\":[\"client auth\"]{more}}}}}";
    }

    private static string Pem(string subject, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (name.Length > 0)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(name);
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        return request.CreateSigningRequestPem();
    }
}
