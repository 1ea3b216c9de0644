using System.Text;
using Crescent.Api.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Crescent.Api.Health;

/// <summary>
/// <see href="https://kubernetes.io/docs/reference/using-api/health-checks/">Health endpoints</see> over ASP.NET health checks.
/// <c>/livez</c> runs the checks tagged <c>live</c>, <c>/readyz</c> and <c>/healthz</c> all of them; <c>?verbose</c>, <c>?exclude=</c>
/// and <c>/readyz/NAME</c> as in Kubernetes.
/// </summary>
internal sealed class HealthEndpoint(HealthCheckService checks)
{
    public bool Serves(string path) => IsUnder(path, "/healthz") || IsUnder(path, "/livez") || IsUnder(path, "/readyz");

    public async Task HandleAsync(HttpContext context, string path)
    {
        var isLiveness = IsUnder(path, "/livez");
        var endpoint = path.Trim('/').Split('/')[0];
        var single = path.Length > endpoint.Length + 1 ? path[(endpoint.Length + 2)..] : null;
        var excluded = context.Request.Query["exclude"];
        var report = await checks.CheckHealthAsync(
            check => (single is null || check.Name == single) && !excluded.Contains(check.Name) && (!isLiveness || check.Tags.Contains("live")),
            context.RequestAborted);
        if (single is not null and not "ping" && report.Entries.Count == 0)
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("404 page not found\n", context.RequestAborted);
            return;
        }

        var isHealthy = report.Status != HealthStatus.Unhealthy;
        context.Response.StatusCode = isHealthy ? 200 : 500;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache, private";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.WriteAsync(
            isHealthy && !context.Request.Query.Flag("verbose") ? "ok" : Describe(report, endpoint, isHealthy), context.RequestAborted);
    }

    private static string Describe(HealthReport report, string endpoint, bool isHealthy)
    {
        var text = new StringBuilder("[+]ping ok\n");
        foreach (var (name, entry) in report.Entries)
        {
            text.Append(entry.Status == HealthStatus.Unhealthy ? $"[-]{name} failed: {entry.Description ?? "reason withheld"}\n" : $"[+]{name} ok\n");
        }

        return text.Append(isHealthy ? $"{endpoint} check passed\n" : $"{endpoint} check failed\n").ToString();
    }

    private static bool IsUnder(string path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == '/');
}
