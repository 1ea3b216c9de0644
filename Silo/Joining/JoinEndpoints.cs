using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Crescent.Joining;
using Crescent.Security;
using Crescent.SiloHost.Certificates;
using Crescent.SiloHost.Clustering;
using Microsoft.Extensions.Options;

namespace Crescent.SiloHost.Joining;

/// <summary>Where a machine becomes a node and stays one. See docs/security.md.</summary>
internal sealed partial class JoinEndpoints(
    ClusterSecrets secrets,
    SiloCertificates certificates,
    NodeCertificates nodes,
    GatewayDirectory gateways,
    IOptions<JoinOptions> options,
    TimeProvider time,
    ILogger<JoinEndpoints> logger)
{
    private const string BearerPrefix = "Bearer ";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(JoinPaths.Authority, () => Results.Text(secrets.AuthorityPem, "application/x-pem-file"));
        endpoints.MapPost(JoinPaths.Join, (Delegate)JoinAsync);
        endpoints.MapPost(JoinPaths.Renew, (Delegate)RenewAsync);
        endpoints.MapPost(JoinPaths.Token, (Delegate)TokenAsync);
    }

    private async Task<IResult> JoinAsync(HttpContext context)
    {
        if (!HasBootstrapToken(context.Request))
        {
            LogRefusedJoin(context.Connection.RemoteIpAddress?.ToString());
            return Results.Text("the bootstrap token is missing or wrong", statusCode: StatusCodes.Status401Unauthorized);
        }

        return await IssueAsync(context, _ => true);
    }

    private async Task<IResult> RenewAsync(HttpContext context) =>
        NodeOf(context) is { } node
            ? await IssueAsync(context, request => request.NodeName == node)
            : Results.Text("a node's certificate is needed", statusCode: StatusCodes.Status401Unauthorized);

    private async Task<IResult> TokenAsync(HttpContext context)
    {
        if (NodeOf(context) is not { } node)
        {
            return Results.Text("a node's certificate is needed", statusCode: StatusCodes.Status401Unauthorized);
        }

        var token = new CallToken(CallerKind.Node, node, time.GetUtcNow() + options.Value.TokenLifetime);
        using var key = secrets.OpenPrivateKey();
        var reply = new TokenReply
        {
            Token = token.Sign(key),
            Expires = token.Expires,
            Gateways = await gateways.GetAsync(context.RequestAborted),
            AuthorityHash = secrets.AuthorityHash,
        };
        return Results.Json(reply, JoinJson.Default.TokenReply);
    }

    private async Task<IResult> IssueAsync(HttpContext context, Func<JoinRequest, bool> isAllowed)
    {
        JoinRequest? request;
        try
        {
            request = await context.Request.ReadFromJsonAsync(JoinJson.Default.JoinRequest, context.RequestAborted);
        }
        catch (System.Text.Json.JsonException)
        {
            return Results.Text("the body is no join request", statusCode: StatusCodes.Status400BadRequest);
        }

        if (request is null || !isAllowed(request))
        {
            return Results.Text("a node may only renew its own certificates", statusCode: StatusCodes.Status403Forbidden);
        }

        var (reply, refusal) = nodes.Issue(request);
        if (reply is null)
        {
            return Results.Text(refusal, statusCode: StatusCodes.Status400BadRequest);
        }

        LogIssued(request.NodeName, context.Connection.RemoteIpAddress?.ToString());
        return Results.Json(reply, JoinJson.Default.JoinReply);
    }

    private bool HasBootstrapToken(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(BearerPrefix, StringComparison.Ordinal)
            && CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(header[BearerPrefix.Length..]), Encoding.UTF8.GetBytes(secrets.BootstrapToken));
    }

    private string? NodeOf(HttpContext context) =>
        context.Connection.ClientCertificate is { } certificate && ClusterTrust.IsIssuedBy(certificate, certificates.Authorities)
            ? ClusterIdentities.NodeNameOf(certificate)
            : null;

    [LoggerMessage(Level = LogLevel.Information, Message = "Issued certificates for node {Node} to {Remote}")]
    private partial void LogIssued(string node, string? remote);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused a join from {Remote}: wrong bootstrap token")]
    private partial void LogRefusedJoin(string? remote);
}
