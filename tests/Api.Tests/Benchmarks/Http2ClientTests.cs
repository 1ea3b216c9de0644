using Crescent.Benchmarks.Load.Http2;
using Microsoft.AspNetCore.Http;
using Xunit;
using static System.Text.Encoding;

namespace Crescent.Api.Tests.Benchmarks;

public sealed class Http2ClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Call_WithBodyLargerThanAnyWindow_ComesBackWhole()
    {
        await using var server = await LeanServer.StartAsync(
            static context => context.Request.BodyReader.CopyToAsync(context.Response.BodyWriter),
            static limits => (limits.InitialConnectionWindowSize, limits.InitialStreamWindowSize) = (65_535, 65_535));
        var bodies = Enumerable.Range(0, 4).Select(static i => ASCII.GetBytes(new string((char)('a' + i), 300_000))).ToArray();

        var answers = await Task.WhenAll(bodies.Select(async body =>
        {
            var call = new CallExchange { Method = "POST", Path = "/echo", Body = body, ContentType = "text/plain" };
            Assert.Equal(200, await server.Client.CallAsync(call, TestContext.Current.CancellationToken).WaitAsync(Patience));
            return call.Answer;
        }));

        Assert.Equal(bodies, answers);
    }

    [Theory]
    [InlineData("GET", 200)]
    [InlineData("POST", 201)]
    [InlineData("PUT", 409)]
    [InlineData("PATCH", 429)]
    [InlineData("DELETE", 503)]
    public async Task Call_AnyMethod_SaysWhatTheServerSawAndAnswered(string method, int status)
    {
        await using var server = await LeanServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(string.Join(
                ' ', context.Request.Method, context.Request.Path, context.Request.QueryString, context.Request.Headers.Accept, context.Request.ContentType));
        });

        // The second one names headers that are in the server's table by then.
        for (var round = 0; round < 2; round++)
        {
            var call = new CallExchange { Method = method, Path = "/a/b?c=%20d", Body = "{}"u8.ToArray(), ContentType = "application/json" };
            Assert.Equal(status, await server.Client.CallAsync(call, TestContext.Current.CancellationToken).WaitAsync(Patience));
            Assert.Equal($"{method} /a/b ?c=%20d application/json application/json", UTF8.GetString(call.Answer));
        }
    }

    [Fact]
    public async Task Call_MoreAtOnceThanOneConnectionTakes_AreAllServed()
    {
        const int Calls = 50;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var present = 0;
        await using var server = await LeanServer.StartAsync(
            async context =>
            {
                if (Interlocked.Increment(ref present) == Calls)
                {
                    all.SetResult();
                }

                await all.Task;
                await context.Response.WriteAsync(context.Request.Path.Value!);
            },
            static limits => limits.MaxStreamsPerConnection = 8);

        var answers = await Task.WhenAll(Enumerable.Range(0, Calls).Select(async number =>
        {
            var call = new CallExchange { Method = "GET", Path = $"/{number}" };
            await server.Client.CallAsync(call, TestContext.Current.CancellationToken).WaitAsync(Patience);
            return UTF8.GetString(call.Answer);
        }));

        Assert.Equal(Enumerable.Range(0, Calls).Select(static number => $"/{number}"), answers);
    }

    [Fact]
    public async Task Call_Counted_KeepsLengthOnly()
    {
        await using var server = await LeanServer.StartAsync(static context => context.Response.Body.WriteAsync(new byte[3_000_000]).AsTask());

        var call = new CallExchange { Method = "GET", Path = "/", IsCounted = true };
        await server.Client.CallAsync(call, TestContext.Current.CancellationToken).WaitAsync(Patience);

        Assert.Equal((3_000_000, 0), (call.Length, call.Answer.Length));
    }

    [Fact]
    public async Task Call_StreamResetByServer_Fails()
    {
        await using var server = await LeanServer.StartAsync(static context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        await Assert.ThrowsAsync<HttpRequestException>(() =>
            server.Client.CallAsync(new() { Method = "GET", Path = "/" }, TestContext.Current.CancellationToken).WaitAsync(Patience));
    }

    [Fact]
    public async Task Follow_UntilCancelled_TakesEveryLineAndTellsTheServer()
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await LeanServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(gone.SetResult);
            for (var number = 0; number < 1000; number++)
            {
                await context.Response.WriteAsync($"{number} {new string('x', number)}\n");
            }

            await gone.Task;
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var lines = new List<string>();
        var hasBegun = false;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.Client.FollowAsync(
            new(() => hasBegun = true, line =>
            {
                lines.Add(ASCII.GetString(line));
                if (lines.Count == 1000)
                {
                    stop.Cancel();
                }
            })
            { Method = "GET", Path = "/" },
            stop.Token).WaitAsync(Patience));

        await gone.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.True(hasBegun);
        Assert.Equal(Enumerable.Range(0, 1000).Select(static number => $"{number} {new string('x', number)}"), lines);
    }

    /// <summary>As servers in Go send them: digits in the code of Huffman.</summary>
    [Theory]
    [InlineData("88", 200, null, null)]
    [InlineData("8d", 404, null, null)]
    [InlineData("48 82 1003", 201, null, null)]
    [InlineData("48 83 680fff", 409, null, null)]
    [InlineData("20 08 03 343239 0f0d 83 085e77 0f26 01 31", 429, 1187L, 1L)]
    public void Headers_OfKnownBlocks_AreRead(string hex, int status, long? length, long? retryAfter) => Assert.Equal(
        new AnswerHead(status, length, retryAfter), HeaderDecoder.Read(System.Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));
}
