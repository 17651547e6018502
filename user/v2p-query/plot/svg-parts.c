// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "plot/svg.h"

/* XML has no way to write some characters that UTF-8 has. */
void svg_put(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			if (!strncmp(text, "\xef\xbf\xbe", 3) || !strncmp(text, "\xef\xbf\xbf", 3)) {
				fputc('?', out);
				text += 2;
			} else {
				fputc(*text, out);
			}
		}
	}
}

static void put_word(FILE *out, int x, int y, const char *anchor, const char *colour,
		     const char *text)
{
	fprintf(out, "<text x=\"%d\" y=\"%d\"%s fill=\"%s\">", x, y, anchor, colour);
	svg_put(out, text);
	fputs("</text>\n", out);
}

void svg_word(FILE *out, int x, int y, const char *colour, const char *text)
{
	put_word(out, x, y, "", colour, text);
}

void svg_word_end(FILE *out, int x, int y, const char *colour, const char *text)
{
	put_word(out, x, y, " text-anchor=\"end\"", colour, text);
}

void svg_word_middle(FILE *out, int x, int y, const char *colour, const char *text)
{
	put_word(out, x, y, " text-anchor=\"middle\"", colour, text);
}

void svg_rect(FILE *out, int x, int y, int width, int height, const char *colour)
{
	fprintf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n", x, y,
		width, height, colour);
}
