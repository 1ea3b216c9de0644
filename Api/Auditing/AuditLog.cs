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

    /// <summary>Leaves an <see cref="AuditRecord"/> with the request when it is to be noted; its bodies then go through copies.</summary>
    public void Begin(HttpContext context, in AccessRequest asked, UserInfo caller, in AccessDecision decision)
    {
        var level = _policy!.LevelOf(asked);
        if (level == AuditLevel.None)
        {
            return;
        }

        var record = new AuditRecord(context, level, asked, caller, time.GetUtcNow()) { IsAllowed = decision.IsAllowed, Reason = decision.Reason };
        context.Features.Set(record);
        if (_policy.HasReceivedStage)
        {
            Write(record.ToLine("RequestReceived", time.GetUtcNow()));
        }

        if (level >= AuditLevel.Request)
        {
            context.Request.Body = record.Request = new(context.Request.Body, options.Value.MaxBodyBytes);
        }

        if (level == AuditLevel.RequestResponse && !context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Body = record.Response = new(context.Response.Body, options.Value.MaxBodyBytes);
        }
    }

    public void Complete(AuditRecord record) => Write(record.ToLine("ResponseComplete", time.GetUtcNow()));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_policy is null)
        {
            return;
        }

        while (await WaitAsync(stoppingToken))
        {
            // Opened for each batch, so that a file that was renamed away is followed by a new one.
            await using var file = new FileStream(options.Value.LogFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            while (_lines.Reader.TryRead(out var line))
            {
                await file.WriteAsync(line, CancellationToken.None);
            }

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

    private void Write(byte[] line)
    {
        if (!_lines.Writer.TryWrite(line))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} lines of the audit log were dropped: the disk does not keep up")]
    private partial void LogDropped(long count);
}
