using Crescent.Api.Streaming.Spdy;
using Xunit;

namespace Crescent.Api.Tests.Streaming;

public sealed class SpdyHeaderTests
{
    // Two blocks as zlib compresses them with the dictionary of SPDY/3: the streams kubectl port-forward opens first.
    private const string First =
        "78bbe3c6a7c202253a703a2b294a4dcc851625aca9a0808614cb45e01c6061606100a4398b20d198094ade8c0600000000ffff";

    private const string Second = "c2aa19540e2512d60b000000ffff";

    [Fact]
    public void Read_BlocksOfOneConnection_ShareTheirCompression()
    {
        using var reader = new SpdyHeaderReader();
        var first = reader.Read(Convert.FromHexString(First));
        var second = reader.Read(Convert.FromHexString(Second));
        Assert.Equal(("error", "8080", "0"), (first["streamtype"], first["port"], first["requestid"]));
        Assert.Equal(("data", "8080", "0"), (second["streamtype"], second["port"], second["requestid"]));
    }

    [Fact]
    public void Read_WhatTheWriterWrote_IsTheSame()
    {
        using var reader = new SpdyHeaderReader();
        var writer = new SpdyHeaderWriter();
        Assert.Empty(reader.Read(writer.Write()));
        Assert.Equal("stdin", reader.Read(writer.Write(("streamtype", "stdin")))["streamtype"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("78bb00000000")]
    [InlineData("789c0000")]
    [InlineData("78bbe3c6a7c2000400fbff7fffffff")]
    [InlineData("78bbe3c6a7c2000800f7ff00000001000fffff")]
    public void Read_MalformedBlock_IsRefused(string block)
    {
        using var reader = new SpdyHeaderReader();
        Assert.Throws<SpdyException>(() => reader.Read(Convert.FromHexString(block)));
    }

    [Fact]
    public void Read_RandomBlocks_AreReadOrRefused()
    {
        var random = new Random(20);
        for (var round = 0; round < 20_000; round++)
        {
            using var reader = new SpdyHeaderReader();
            var block = Convert.FromHexString(First);
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                block[random.Next(6, block.Length)] = (byte)random.Next(256);
            }

            var failure = Record.Exception(() => reader.Read(block));
            Assert.True(failure is null or SpdyException, failure?.ToString());
        }
    }
}
