using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Auditing;

/// <summary>
/// Notes requests as the policy says. Requests hand their line over and go on; when the disk does not keep up, lines are dropped and counted in
/// the log rather than holding up the API.
/// </summary>
internal sealed partial class AuditLog(IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditLog> logger) : BackgroundService
{
    private readonly AuditPolicy? _policy =
        options.Value.PolicyFile.Length == 0 ? null : AuditPolicy.Parse(File.ReadAllBytes(options.Value.PolicyFile));

    private readonly Channel<byte[]> _lines = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(10_000) { SingleReader = true });
    private long _dropped;

    public bool IsOn => _policy is not null;

    /// <summary>
    /// Leaves an <see cref="AuditRecord"/> with the request when it is to be noted; its bodies then go through copies. Begun as soon as it is
    /// known who asks, whoever he goes on as: what comes of it is told to the record.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="asked">By whom and what for, before any impersonation.</param>
    /// <param name="lasts">Whether it is one that goes on until somebody ends it.</param>
    public void Begin(HttpContext context, in AccessRequest asked, bool lasts)
    {
        var (level, omitted) = _policy!.Judge(asked);
        if (level == AuditLevel.None)
        {
            return;
        }

        var record = new AuditRecord(context, level, omitted, asked, _policy.OmitsManagedFields, time.GetUtcNow());
        context.Features.Set(record);
        Write(record, AuditStage.RequestReceived);
        if (lasts && record.Has(AuditStage.ResponseStarted))
        {
            context.Response.OnStarting(() =>
            {
                Write(record, AuditStage.ResponseStarted);
                return Task.CompletedTask;
            });
        }

        if (level >= AuditLevel.Request)
        {
            context.Request.Body = record.Request = new(context.Request.Body, options.Value.MaxBodyBytes);
        }

        if (level == AuditLevel.RequestResponse && !lasts && !context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Body = record.Response = new(context.Response.Body, options.Value.MaxBodyBytes);
        }
    }

    /// <summary>A request with credentials nobody knows: who tried is not known, what he tried is.</summary>
    public void NoteUnauthenticated(HttpContext context, in AccessRequest asked)
    {
        var (level, omitted) = _policy!.Judge(asked);
        if (level != AuditLevel.None)
        {
            Write(new AuditRecord(context, level, omitted, asked, _policy.OmitsManagedFields, time.GetUtcNow()) { IsUnknown = true }, AuditStage.ResponseStarted);
        }
    }

    public void Complete(AuditRecord record, bool failed) => Write(record, failed ? AuditStage.Panic : AuditStage.ResponseComplete);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_policy is null)
        {
            return;
        }

        var file = new AuditFile(options.Value, time);
        while (await WaitAsync(stoppingToken))
        {
            await file.AppendAsync(Waiting());
            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
            {
                LogDropped(dropped);
            }
        }
    }

    /// <summary>False when the host stops and everything is written.</summary>
    private async Task<bool> WaitAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await _lines.Reader.WaitToReadAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return _lines.Reader.TryPeek(out _);
        }
    }

    private IEnumerable<byte[]> Waiting()
    {
        while (_lines.Reader.TryRead(out var line))
        {
            yield return line;
        }
    }

    private void Write(AuditRecord record, AuditStage stage)
    {
        if (record.Has(stage) && !_lines.Writer.TryWrite(record.ToLine(stage, time.GetUtcNow())))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} lines of the audit log were dropped: the disk does not keep up")]
    private partial void LogDropped(long count);
}
