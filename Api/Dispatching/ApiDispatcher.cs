using System.Diagnostics;
using Crescent.Api.Auditing;
using Crescent.Api.Authentication;
using Crescent.Api.Discovery;
using Crescent.Api.Hosting;
using Crescent.Api.Limits;
using Crescent.Api.Requests;
using Crescent.Api.Resources;
using Crescent.Api.Responses;
using Crescent.Resources;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Crescent.Api.Dispatching;

/// <summary>
/// The one way in: parse the path, authenticate, authorise, hand over. Refusals and surprises leave here as Status, whatever happened.
/// </summary>
internal sealed partial class ApiDispatcher(
    RequestAuthenticator authenticator,
    Impersonation impersonation,
    IAuthorizer authorizer,
    AuditLog audit,
    IRequestLimiter limiter,
    ResourceDispatcher resources,
    PathDispatcher paths,
    IOptions<ApiOptions> options,
    TimeProvider time,
    ILogger<ApiDispatcher> logger)
{
    private static readonly UserInfo Nobody = new() { Name = "" };

    public Task HandleAsync(HttpContext context) => HandleAsync(context, RequestPath.Parse(context.Request.Path.Value ?? "/"));

    /// <param name="context">The request.</param>
    /// <param name="path">What its path says.</param>
    public async Task HandleAsync(HttpContext context, RequestPath path)
    {
        var hasFailed = false;
        try
        {
            await HandleCoreAsync(context, path);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            LogGone(context.Request.Method, context.Request.Path);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var error = Translate(context, exception);
            hasFailed = error.Code == 500;
            await context.WriteErrorAsync(error);
        }
        catch (Exception exception)
        {
            LogBroken(exception, context.Request.Method, context.Request.Path);
            hasFailed = true;
            context.Abort();
        }
        finally
        {
            // Who was let in is known inside; what became of the request only here.
            if (audit.IsOn && context.Features.Get<AuditRecord>() is { } record)
            {
                audit.Complete(record, hasFailed);
            }
        }
    }

    private async Task HandleCoreAsync(HttpContext context, RequestPath path)
    {
        var url = context.Request.Path.Value ?? "/";
        var user = await authenticator.AuthenticateAsync(context);
        var verb = RequestVerbs.Of(context.Request, path);
        var word = path.IsResource ? verb.ToWord() : context.Request.Method.ToLowerInvariant();
        if (user is null)
        {
            if (audit.IsOn)
            {
                audit.NoteUnauthenticated(context, ToAccess(Nobody, word, path, url));
            }

            await context.WriteErrorAsync(ApiErrors.Unauthorized);
            return;
        }

        var asked = ToAccess(user, word, path, url) with
        {
            FieldSelector = verb is RequestVerb.List or RequestVerb.Watch ? context.Request.Query.Text("fieldSelector") : string.Empty,
        };
        if (audit.IsOn)
        {
            audit.Begin(context, asked, IsLongRunning(path, verb));
        }

        if (Impersonation.IsAsked(context.Request))
        {
            var (other, refusal) = await impersonation.ApplyAsync(context.Request, user, context.RequestAborted);
            if (other is null)
            {
                await context.WriteErrorAsync(refusal!);
                return;
            }

            user = other;
            asked = asked with { User = other };
            if (context.Features.Get<AuditRecord>() is { } noted)
            {
                noted.Impersonated = other;
            }
        }

        var decision = await authorizer.DecideAsync(asked, context.RequestAborted);
        if (audit.IsOn)
        {
            context.Features.Get<AuditRecord>()?.Decide(decision);
        }

        if (!decision.IsAllowed)
        {
            await context.WriteErrorAsync(ApiErrors.Forbidden(asked, decision.Reason));
            return;
        }

        if (verb != RequestVerb.Watch && IsLongRunning(path, verb))
        {
            await RunAsync(context, path, verb, user, url);
            return;
        }

        using var turn = await limiter.EnterAsync(asked, context.RequestAborted);
        context.Response.Headers["X-Kubernetes-PF-FlowSchema-UID"] = turn.Schema.Uid;
        context.Response.Headers["X-Kubernetes-PF-PriorityLevel-UID"] = turn.Level.Uid;
        if (turn.Refusal is not null)
        {
            await context.WriteErrorAsync(ApiErrors.TooManyRequests);
        }
        else if (verb == RequestVerb.Watch)
        {
            context.Features.Set(turn);
            await RunAsync(context, path, verb, user, url);
        }
        else
        {
            await RunLimitedAsync(context, path, verb, user, url);
        }
    }

    /// <summary>Within the client's <c>timeout</c> parameter, at most the server's own limit.</summary>
    private async Task RunLimitedAsync(HttpContext context, RequestPath path, RequestVerb verb, UserInfo user, string url)
    {
        if (!GoDuration.TryParse(context.Request.Query.Text("timeout"), out var asked))
        {
            await context.WriteErrorAsync(ResourceErrors.BadRequest($"invalid timeout specified in the request URL: {context.Request.Query.Text("timeout")}"));
            return;
        }

        var limit = asked is { } timeout && timeout > TimeSpan.Zero && timeout < options.Value.RequestTimeout ? timeout : options.Value.RequestTimeout;
        var client = context.RequestAborted;
        using var deadline = new CancellationTokenSource(limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(client, deadline.Token);
        context.RequestAborted = linked.Token;
        try
        {
            await RunAsync(context, path, verb, user, url);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !client.IsCancellationRequested && !context.Response.HasStarted)
        {
            context.RequestAborted = client;
            await context.WriteErrorAsync(ApiErrors.Timeout("request did not complete within the allotted timeout"));
        }
        finally
        {
            context.RequestAborted = client;
        }
    }

    private Task RunAsync(HttpContext context, RequestPath path, RequestVerb verb, UserInfo user, string url) =>
        path.IsResource ? resources.HandleAsync(context, path, verb, user) : paths.HandleAsync(context, url);

    private static bool IsLongRunning(in RequestPath path, RequestVerb verb) =>
        verb == RequestVerb.Watch || path.Subresource is "log" or "exec" or "attach" or "portforward" or "proxy";

    private static AccessRequest ToAccess(UserInfo user, string word, in RequestPath path, string url) => path.IsResource
        ? new()
        {
            User = user, Verb = word, IsResource = true, Group = path.Group, Version = path.Version, Resource = path.Resource,
            Subresource = path.Subresource, Namespace = path.Namespace, Name = path.Name,
        }
        : new() { User = user, Verb = word, Path = url };

    private ResourceError Translate(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException { StatusCode: 413 }:
                return ApiErrors.TooLarge(Encoding.BodyLimits.MaxBytes);
            case BadHttpRequestException bad:
                return ResourceErrors.BadRequest(bad.Message);
            case TimeoutException:
                LogFailed(exception, context.Request.Method, context.Request.Path);
                return ApiErrors.Timeout("the request was sent, and its outcome is not known");
            case StorageUnavailableException or OrleansException when !IsSafe(context.Request) && !IsUntouched(exception):
                LogFailed(exception, context.Request.Method, context.Request.Path);
                return ResourceErrors.Unconfirmed("the control plane did not answer");
            case StorageUnavailableException:
                LogFailed(exception, context.Request.Method, context.Request.Path);
                return ResourceErrors.Unavailable("storage cannot be reached right now, please try again");
            case OrleansException:
                LogFailed(exception, context.Request.Method, context.Request.Path);
                return ResourceErrors.Unavailable("the control plane cannot be reached right now, please try again");
            default:
                LogFailed(exception, context.Request.Method, context.Request.Path);
                return ApiErrors.Internal(Activity.Current?.Id is { } id ? $"see the server's log, trace {id}" : "see the server's log");
        }
    }

    private static bool IsSafe(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static bool IsUntouched(Exception exception) =>
        exception is StorageUnavailableException { IsUntouched: true } || ObjectCalls.IsUndelivered(exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path}: the client went away")]
    private partial void LogGone(string method, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} broke off after the answer had begun")]
    private partial void LogBroken(Exception exception, string method, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private partial void LogFailed(Exception exception, string method, string path);
}
