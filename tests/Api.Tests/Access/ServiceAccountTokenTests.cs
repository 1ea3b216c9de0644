using System.Net;
using System.Text.Json.Nodes;
using Crescent.Api.Tests.Hosting;
using Crescent.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Crescent.Api.Tests.Access;

[Collection(ApiHostCollection.Name)]
public sealed class ServiceAccountTokenTests(ApiHostFixture fixture)
{
    private const string Whoami = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    private readonly TestUser _admin = new(fixture.Host.Admin);

    [Fact]
    public async Task Token_OfAnAccount_AuthenticatesItsBearer()
    {
        var ns = await NamespaceAsync("sat-good");
        var request = await TokenAsync(ns, "{}");
        using var robot = TestUser.WithToken(fixture.Host, Token(request));
        var user = (await robot.CreateAsync(Whoami, "{}"))["status"]!["userInfo"]!;
        Assert.Equal("system:serviceaccount:sat-good:default", (string?)user["username"]);
        Assert.Equal(
            ["system:serviceaccounts", "system:serviceaccounts:sat-good", "system:authenticated"], user["groups"]!.AsArray().Select(static group => (string?)group));
        Assert.Equal(3600, (int)request["spec"]!["expirationSeconds"]!);
        var (code, refusal) = await robot.GetAsync($"/api/v1/namespaces/{ns}/pods");
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.StartsWith("pods is forbidden: User \"system:serviceaccount:sat-good:default\" cannot list", (string?)refusal["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_BoundToAPod_EndsWithThePod()
    {
        var ns = await NamespaceAsync("sat-bound");
        await _admin.CreateAsync($"/api/v1/namespaces/{ns}/pods", """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        var request = await TokenAsync(ns, """{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p"}}""");
        using var robot = TestUser.WithToken(fixture.Host, Token(request));
        var user = (await robot.CreateAsync(Whoami, "{}"))["status"]!["userInfo"]!;
        Assert.Equal("p", (string?)user["extra"]!["authentication.kubernetes.io/pod-name"]![0]);
        await _admin.SendAsync(HttpMethod.Delete, $"/api/v1/namespaces/{ns}/pods/p");
        await Level.ReachedAsync(async () => (await robot.PostAsync(Whoami, "{}")).Code == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Token_OfAnAccountThatIsMadeAnew_IsNotGoodForIt()
    {
        var ns = await NamespaceAsync("sat-again");
        using var robot = TestUser.WithToken(fixture.Host, Token(await TokenAsync(ns, "{}")));
        await robot.CreateAsync(Whoami, "{}");
        await _admin.SendAsync(HttpMethod.Delete, $"/api/v1/namespaces/{ns}/serviceaccounts/default");
        await _admin.CreateAsync($"/api/v1/namespaces/{ns}/serviceaccounts", """{"metadata":{"name":"default"}}""");
        await Level.ReachedAsync(async () => (await robot.PostAsync(Whoami, "{}")).Code == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Token_ForAnotherAudience_IsRefusedByTheApiAndKnownToItsReview()
    {
        var ns = await NamespaceAsync("sat-audience");
        var token = Token(await TokenAsync(ns, """{"audiences":["vault"]}"""));
        using var robot = TestUser.WithToken(fixture.Host, token);
        Assert.Equal(HttpStatusCode.Unauthorized, (await robot.PostAsync(Whoami, "{}")).Code);
        var review = await _admin.CreateAsync("/apis/authentication.k8s.io/v1/tokenreviews", $"{{\"spec\":{{\"token\":\"{token}\",\"audiences\":[\"vault\",\"other\"]}}}}");
        Assert.True((bool)review["status"]!["authenticated"]!);
        Assert.Equal("""["vault"]""", review["status"]!["audiences"]!.ToJsonString());
        review = await _admin.CreateAsync("/apis/authentication.k8s.io/v1/tokenreviews", $"{{\"spec\":{{\"token\":\"{token}\"}}}}");
        Assert.Null(review["status"]!["authenticated"]);
    }

    [Fact]
    public async Task Token_TamperedExpiredOrForeign_IsRefused()
    {
        var ns = await NamespaceAsync("sat-hostile");
        var account = (await _admin.GetAsync($"/api/v1/namespaces/{ns}/serviceaccounts/default")).Body;
        var uid = (string)account["metadata"]!["uid"]!;
        var keys = fixture.Host.Services.GetRequiredService<IServiceAccountKeys>();
        var options = fixture.Host.Services.GetRequiredService<IOptions<ServiceAccountTokenOptions>>();
        var expired = new ServiceAccountTokens(keys, options, new PastTime()).Issue(ns, "default", uid, [], 600).Token;
        var foreign = new ServiceAccountTokens(new ForeignKeys(), options, TimeProvider.System).Issue(ns, "default", uid, [], 600).Token;
        var good = Token(await TokenAsync(ns, "{}")).Split('.');
        var unsigned = $"{System.Buffers.Text.Base64Url.EncodeToString("""{"alg":"none"}"""u8)}.{good[1]}.";
        var other = Token(await TokenAsync(await NamespaceAsync("sat-hostile-2"), "{}")).Split('.');
        foreach (var token in (string[])[expired, foreign, unsigned, $"{good[0]}.{other[1]}.{good[2]}", "a.b.c", "x"])
        {
            using var robot = TestUser.WithToken(fixture.Host, token);
            Assert.Equal(HttpStatusCode.Unauthorized, (await robot.PostAsync(Whoami, "{}")).Code);
        }
    }

    [Fact]
    public async Task Token_HeldByASecret_IsGoodWhileTheSecretHoldsIt()
    {
        var ns = await NamespaceAsync("sat-held");
        var token = await HoldAsync(ns, "held", fixture.Host.Services.GetRequiredService<ServiceAccountTokens>());
        using var robot = TestUser.WithToken(fixture.Host, token);
        Assert.Equal("system:serviceaccount:sat-held:default", (string?)(await robot.CreateAsync(Whoami, "{}"))["status"]!["userInfo"]!["username"]);
        await _admin.SendAsync(HttpMethod.Delete, $"/api/v1/namespaces/{ns}/secrets/held");
        await Level.ReachedAsync(async () => (await robot.PostAsync(Whoami, "{}")).Code == HttpStatusCode.Unauthorized);
        await _admin.CreateAsync($"/api/v1/namespaces/{ns}/secrets", $$"""{"metadata":{"name":"held"},"stringData":{"token":"{{token}}"} }""");
        Assert.Equal(HttpStatusCode.Unauthorized, (await robot.PostAsync(Whoami, "{}")).Code);
    }

    [Fact]
    public async Task Token_HeldByASecretButNotSignedHere_IsRefused()
    {
        var ns = await NamespaceAsync("sat-forged");
        var options = fixture.Host.Services.GetRequiredService<IOptions<ServiceAccountTokenOptions>>();
        using var robot = TestUser.WithToken(fixture.Host, await HoldAsync(ns, "forged", new(new ForeignKeys(), options, TimeProvider.System)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await robot.PostAsync(Whoami, "{}")).Code);
    }

    /// <summary>A Secret with a token of the namespace's account, as the control plane would make it.</summary>
    private async Task<string> HoldAsync(string ns, string name, ServiceAccountTokens tokens)
    {
        var account = (await _admin.GetAsync($"/api/v1/namespaces/{ns}/serviceaccounts/default")).Body;
        var token = tokens.IssueFor(ns, "default", (string)account["metadata"]!["uid"]!, name);
        await _admin.CreateAsync($"/api/v1/namespaces/{ns}/secrets", $$$"""
            {"metadata":{"name":"{{{name}}}","annotations":{"kubernetes.io/service-account.name":"default"}},"type":"kubernetes.io/service-account-token",
             "stringData":{"token":"{{{token}}}"}}
            """);
        return token;
    }

    [Fact]
    public async Task Token_ShorterThanTenMinutes_IsInvalid()
    {
        var ns = await NamespaceAsync("sat-short");
        var (code, body) = await _admin.PostAsync($"/api/v1/namespaces/{ns}/serviceaccounts/default/token", """{"spec":{"expirationSeconds":60}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Contains("spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes", (string?)body["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discovery_OfTheIssuer_LeadsToTheKeyOfTheTokens()
    {
        var ns = await NamespaceAsync("sat-issuer");
        Assert.True(Jwt.TryRead(Token(await TokenAsync(ns, "{}")), out var jwt));
        var (_, configuration) = await _admin.GetAsync("/.well-known/openid-configuration");
        Assert.Equal(jwt.Issuer, (string?)configuration["issuer"]);
        var (_, set) = await _admin.GetAsync(new Uri((string)configuration["jwks_uri"]!).PathAndQuery);
        Assert.True(jwt.IsSignedBy([.. set["keys"]!.AsArray().Select(static key => TokenKey.FromJwk(key!)!)]));
    }

    [Fact]
    public async Task BootstrapToken_InItsSecret_MakesABootstrapper()
    {
        await EnsureNamespaceAsync("kube-system");
        await _admin.CreateAsync("/api/v1/namespaces/kube-system/secrets", """
            {"metadata":{"name":"bootstrap-token-abcdef"},"type":"bootstrap.kubernetes.io/token","stringData":{"token-id":"abcdef",
             "token-secret":"0123456789abcdef","usage-bootstrap-authentication":"true","auth-extra-groups":"system:bootstrappers:workers"}}
            """);
        using var joiner = TestUser.WithToken(fixture.Host, "abcdef.0123456789abcdef");
        await Level.ReachedAsync(async () => (await joiner.PostAsync(Whoami, "{}")).Code == HttpStatusCode.Created);
        var user = (await joiner.CreateAsync(Whoami, "{}"))["status"]!["userInfo"]!;
        Assert.Equal("system:bootstrap:abcdef", (string?)user["username"]);
        Assert.Equal(["system:bootstrappers", "system:bootstrappers:workers", "system:authenticated"], user["groups"]!.AsArray().Select(static group => (string?)group));
        using var guesser = TestUser.WithToken(fixture.Host, "abcdef.0123456789abcdee");
        Assert.Equal(HttpStatusCode.Unauthorized, (await guesser.PostAsync(Whoami, "{}")).Code);
    }

    [Fact]
    public async Task Impersonation_NeedsThePermission_AndTakesTheNamesGiven()
    {
        using var bob = TestUser.Of(fixture.Host, "bob-imp");
        bob.Client.DefaultRequestHeaders.Add("Impersonate-User", "alice");
        var (code, body) = await bob.PostAsync(Whoami, "{}");
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Equal("users \"alice\" is forbidden: User \"bob-imp\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope", (string?)body["message"]);

        using var admin = TestUser.Of(fixture.Host, "root", "system:masters");
        admin.Client.DefaultRequestHeaders.Add("Impersonate-User", "alice");
        admin.Client.DefaultRequestHeaders.Add("Impersonate-Group", "devs");
        admin.Client.DefaultRequestHeaders.Add("Impersonate-Extra-scopes", "read");
        var user = (await admin.CreateAsync(Whoami, "{}"))["status"]!["userInfo"]!;
        Assert.Equal(
            """{"username":"alice","groups":["devs","system:authenticated"],"extra":{"scopes":["read"]}}""", user.ToJsonString());
    }

    private async Task<string> NamespaceAsync(string name)
    {
        await fixture.Host.CreateNamespaceAsync(name);
        return name;
    }

    private async Task EnsureNamespaceAsync(string name)
    {
        if ((await _admin.GetAsync($"/api/v1/namespaces/{name}")).Code == HttpStatusCode.NotFound)
        {
            await fixture.Host.CreateNamespaceAsync(name);
        }
    }

    private Task<JsonNode> TokenAsync(string ns, string spec) => _admin.CreateAsync($"/api/v1/namespaces/{ns}/serviceaccounts/default/token", $"{{\"spec\":{spec}}}");

    private static string Token(JsonNode request) => (string)request["status"]!["token"]!;

    private sealed class PastTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddHours(-1);
    }

    private sealed class ForeignKeys : IServiceAccountKeys
    {
        public TokenKey Signing { get; } = TokenKey.Generate();

        public System.Collections.Immutable.ImmutableArray<TokenKey> Verifying => [Signing];
    }
}
