using System.Buffers;
using Crescent.Api.Proxying;
using Xunit;

namespace Crescent.Api.Tests.Proxying;

public sealed class HtmlLinksTests
{
    [Theory]
    [InlineData("""<a href="/x">t</a>""", """<a href="/p/x">t</a>""")]
    [InlineData("""<A HREF='/x?a=1&amp;b=2'>""", """<A HREF='/p/x?a=1&amp;b=2'>""")]
    [InlineData("""<a href=/x>t""", """<a href="/p/x">t""")]
    [InlineData("""<img alt = "/x" src = "/y" longdesc="/z"/>""", """<img alt = "/x" src = "/p/y" longdesc="/p/z"/>""")]
    [InlineData("""<form method=post action="/f" title="a > b">""", """<form method=post action="/p/f" title="a > b">""")]
    [InlineData("""<a href="x">""", """<a href="x">""")]
    [InlineData("""<a href="http://elsewhere/x">""", """<a href="http://elsewhere/x">""")]
    [InlineData("""<p href="/x">""", """<p href="/x">""")]
    [InlineData("""<!-- <a href="/x"> --><a href="/y">""", """<!-- <a href="/x"> --><a href="/p/y">""")]
    [InlineData("""<!----><a href="/y">""", """<!----><a href="/p/y">""")]
    [InlineData("""<script src="/s.js">if (a<b) w('<a href="/x">');</script><a href="/y">""", """<script src="/p/s.js">if (a<b) w('<a href="/x">');</script><a href="/p/y">""")]
    [InlineData("""1 < 2 and "quoted" <b>bold</b> <a href="/y">""", """1 < 2 and "quoted" <b>bold</b> <a href="/p/y">""")]
    [InlineData("""don't <a href="/y">""", """don't <a href="/p/y">""")]
    [InlineData("<a href=\"/\u00FC\">\u20AC</a>", "<a href=\"/p/\u00FC\">\u20AC</a>")]
    [InlineData("""<a href="/unended""", """<a href="/unended""")]
    [InlineData("""<a disabled href=""><a href>""", """<a disabled href=""><a href>""")]
    public void Write_Page_RewritesItsLinksHoweverItIsCut(string page, string expected)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(page);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var output = new ArrayBufferWriter<byte>();
            var links = new HtmlLinks(static link => link.StartsWith('/') ? "/p" + link : link);
            links.Write(bytes.AsSpan(0, cut), output);
            links.Write(bytes.AsSpan(cut), output);
            links.End(output);
            Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(output.WrittenSpan));
        }
    }

    [Fact]
    public void Write_TagWithoutEnd_IsNotHeldForever()
    {
        var output = new ArrayBufferWriter<byte>();
        var links = new HtmlLinks(static link => link);
        links.Write("<a "u8, output);
        for (var piece = 0; piece < 100; piece++)
        {
            links.Write(new byte[4096], output);
        }

        Assert.True(output.WrittenCount > 300_000);
    }
}
