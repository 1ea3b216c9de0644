using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Crescent.Authentication;
using Crescent.Grains.Bootstrap.Tokens;
using Crescent.Identity;
using Crescent.Resources;
using Xunit;

namespace Crescent.Grains.Tests.Bootstrap;

public sealed class BootstrapTokenTests
{
    private const string Kubeconfig = "apiVersion: v1\nkind: Config\n";
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Read_Secret_HasIdKeyEndAndUse()
    {
        var token = BootstrapToken.Read(Secret("abcdef", ("token-id", "abcdef"), ("token-secret", "0123456789abcdef"), ("expiration", "2026-01-02T03:04:06Z"),
            ("usage-bootstrap-signing", "true")))!;
        Assert.Equal(new("abcdef", "0123456789abcdef", Now.AddSeconds(1), Signs: true), token);
        Assert.False(token.IsExpired(Now));
        Assert.True(token.IsExpired(Now.AddSeconds(1)));
    }

    [Theory]
    [InlineData("ghijkl", "0123456789abcdef")]
    [InlineData("abcdef", "")]
    [InlineData("", "0123456789abcdef")]
    public void Read_SecretThatContradictsItsName_IsNoToken(string id, string key) =>
        Assert.Null(BootstrapToken.Read(Secret("abcdef", ("token-id", id), ("token-secret", key))));

    [Fact]
    public void IsExpired_TimeThatCannotBeRead_CountsAsPast() =>
        Assert.True(BootstrapToken.Read(Secret("abcdef", ("token-id", "abcdef"), ("token-secret", "x"), ("expiration", "soon")))!.IsExpired(Now));

    /// <summary>Checked as a joining machine does: recompute the MAC over the header as it stands and the text.</summary>
    [Fact]
    public void Signature_OfAToken_VerifiesWithItsSecretAlone()
    {
        var parts = DetachedSignature.Of(Kubeconfig, Token("abcdef")).Split('.');
        Assert.Equal("", parts[1]);
        Assert.Equal("""{"alg":"HS256","kid":"abcdef"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Kubeconfig))}");
        Assert.Equal(HMACSHA256.HashData("0123456789abcdef"u8, signed), Base64Url.DecodeFromChars(parts[2]));
        Assert.NotEqual(HMACSHA256.HashData("0123456789abcdee"u8, signed), Base64Url.DecodeFromChars(parts[2]));
    }

    [Fact]
    public void Repair_TokensComeAndGo_SignaturesFollow()
    {
        var present = Map(ClusterInfo.Body(Kubeconfig, [Token("aaaaaa"), Token("bbbbbb")]));
        Assert.Null(ClusterInfo.Repair(present, Kubeconfig, [Token("aaaaaa"), Token("bbbbbb")]));
        var data = ClusterInfo.Repair(present, Kubeconfig, [Token("bbbbbb"), Token("cccccc")])!["data"]!.AsObject();
        Assert.Equal(["jws-kubeconfig-aaaaaa", "jws-kubeconfig-cccccc"], data.Select(static item => item.Key).Order());
        Assert.Null(data["jws-kubeconfig-aaaaaa"]);
        Assert.NotNull(data["jws-kubeconfig-cccccc"]);
    }

    [Fact]
    public void Repair_AuthorityIsAnother_WritesAndSignsTheNewText()
    {
        const string Newer = Kubeconfig + "# newer\n";
        var patch = ClusterInfo.Repair(Map(ClusterInfo.Body(Kubeconfig, [Token("aaaaaa")])), Newer, [Token("aaaaaa")])!;
        Assert.Equal(Newer, (string?)patch["data"]!["kubeconfig"]);
        Assert.Equal(DetachedSignature.Of(Newer, Token("aaaaaa")), (string?)patch["data"]!["jws-kubeconfig-aaaaaa"]);
    }

    [Fact]
    public void Repair_SomebodyWroteTheKubeconfig_SignsHisText()
    {
        var body = ClusterInfo.Body(Kubeconfig, []);
        body["data"]!["kubeconfig"] = "his";
        var patch = ClusterInfo.Repair(Map(body), Kubeconfig, [Token("aaaaaa")])!;
        Assert.Null(patch["data"]!["kubeconfig"]);
        Assert.Equal(DetachedSignature.Of("his", Token("aaaaaa")), (string?)patch["data"]!["jws-kubeconfig-aaaaaa"]);
    }

    [Fact]
    public void Kubeconfig_OfTheCluster_NamesServerAndAuthorityAndNoUser()
    {
        var text = ClusterInfo.Kubeconfig("https://10.0.0.1:6443", "PEM");
        Assert.Contains("    server: https://10.0.0.1:6443\n", text, StringComparison.Ordinal);
        Assert.Contains($"    certificate-authority-data: {Convert.ToBase64String("PEM"u8)}\n", text, StringComparison.Ordinal);
        Assert.Contains("\npreferences: {}\nusers: null\n", text, StringComparison.Ordinal);
    }

    private static BootstrapToken Token(string id) => new(id, "0123456789abcdef", null, Signs: true);

    private static ResourceSnapshot Secret(string id, params (string Name, string Value)[] data) => Snapshot(
        new(KnownTypes.Secrets, "kube-system", $"bootstrap-token-{id}"),
        new()
        {
            ["type"] = "bootstrap.kubernetes.io/token",
            ["data"] = new JsonObject(data.Select(static item => KeyValuePair.Create(item.Name, (JsonNode?)Convert.ToBase64String(Encoding.UTF8.GetBytes(item.Value))))),
        });

    private static ResourceSnapshot Map(JsonObject body) => Snapshot(ClusterInfo.Key, body);

    private static ResourceSnapshot Snapshot(ResourceKey key, JsonObject body) =>
        new() { Key = key, Uid = "u", Version = new(1), Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };
}
