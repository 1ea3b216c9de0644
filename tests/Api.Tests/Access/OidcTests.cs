using System.Net;
using Crescent.Api.Authentication;
using Crescent.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Crescent.Api.Tests.Access;

public sealed class OidcTests
{
    private const string Whoami = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

    [Fact]
    public async Task Tokens_OfAnIssuerAndOfTheFile_AuthenticateTheirBearers()
    {
        var directory = Directory.CreateTempSubdirectory("crescent-oidc-").FullName;
        var (pem, tokens) = (Path.Combine(directory, "ca.crt"), Path.Combine(directory, "tokens.csv"));
        var authority = new TestAuthority();
        await File.WriteAllTextAsync(pem, authority.Certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(tokens, "opensesame,ali,u-1,\"thieves,forty\"\n", TestContext.Current.CancellationToken);
        await using var issuer = await TestIssuer.StartAsync(authority);
        var host = await ApiHost.StartAsync(services => services.Configure<ApiAuthenticationOptions>(options =>
        {
            options.TokenFile = tokens;
            options.Oidc.Add(new() { IssuerUrl = issuer.Url, ClientId = "kubectl", UsernamePrefix = "corp:", AuthorityFile = pem });
        }));
        try
        {
            using (var dora = TestUser.WithToken(host, issuer.Token("dora", "kubectl", "devs", "system:masters")))
            {
                Assert.Equal(
                    """{"username":"corp:dora","groups":["oidc:devs","oidc:system:masters","system:authenticated"]}""",
                    (await dora.CreateAsync(Whoami, "{}"))["status"]!["userInfo"]!.ToJsonString());
                Assert.Equal(HttpStatusCode.Forbidden, (await dora.GetAsync("/api/v1/secrets")).Code);
            }

            using (var other = TestUser.WithToken(host, issuer.Token("dora", "another-client")))
            {
                Assert.Equal(HttpStatusCode.Unauthorized, (await other.PostAsync(Whoami, "{}")).Code);
            }

            using (var ali = TestUser.WithToken(host, "opensesame"))
            {
                Assert.Equal(
                    """{"username":"ali","uid":"u-1","groups":["thieves","forty","system:authenticated"]}""",
                    (await ali.CreateAsync(Whoami, "{}"))["status"]!["userInfo"]!.ToJsonString());
            }
        }
        finally
        {
            await host.DisposeAsync();
            Directory.Delete(directory, recursive: true);
        }
    }
}
