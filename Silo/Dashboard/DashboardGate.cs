using System.Security.Cryptography;
using System.Text;
using Crescent.Security;
using Crescent.SiloHost.Certificates;

namespace Crescent.SiloHost.Dashboard;

/// <summary>
/// Lets operators alone see the Orleans dashboard: a client certificate of <c>system:masters</c>, or the dashboard token, which a
/// browser brings once in the link that <c>./crescent status</c> prints and then keeps as a cookie.
/// </summary>
internal sealed class DashboardGate(ClusterSecrets secrets, SiloCertificates certificates, DashboardPages pages)
{
    public const string Path = "/dashboard";
    private const string Cookie = "crescent-dashboard";
    private const string Parameter = "token";

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        if (Matches(context.Request.Query[Parameter]))
        {
            context.Response.Cookies.Append(Cookie, secrets.DashboardToken, new()
            {
                HttpOnly = true,
                Secure = true,
                SameSite = SameSiteMode.Strict,
                Path = Path,
            });
            context.Response.Redirect(Path + "/");
            return;
        }

        if (Matches(context.Request.Cookies[Cookie]) || IsMaster(context))
        {
            context.Response.Headers["X-Frame-Options"] = "DENY";
            await pages.InvokeAsync(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        await context.Response.WriteAsync("Sign in with the link that ./crescent status prints.\n", context.RequestAborted);
    }

    private bool Matches(string? token) => token is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(secrets.DashboardToken));

    private bool IsMaster(HttpContext context) => context.Connection.ClientCertificate is { } certificate
        && ClusterTrust.IsIssuedBy(certificate, certificates.Authorities)
        && ClusterIdentities.IsMemberOf(certificate, ClusterIdentities.Masters);
}
